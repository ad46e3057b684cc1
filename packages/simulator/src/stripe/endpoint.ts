import type { z } from 'zod';
import type { Permission } from './api-keys.ts';
import { demandExpandable, expandFields } from './expand.ts';
import { type ParameterSchema, parseParameters } from './parameters.ts';
import type { StripeState } from './state.ts';

/** A request as an endpoint sees it. */
type Call<Parameters> = {
  readonly parameters: Parameters;
  /** The id in the path; empty if the path has none. */
  readonly id: string;
  /** The account that the request is about: that of `Stripe-Account`, or the platform. */
  readonly account: string;
  readonly apiKey: string;
};

export type EndpointDefinition<Schema extends ParameterSchema> = {
  readonly method: 'GET' | 'POST';
  /** With `:id` for the object's id. */
  readonly path: string;
  /** What a restricted key needs; none for what every key may do. */
  readonly permission?: Permission;
  readonly parameters: Schema;
  /** The fields that `expand[]` may name. */
  readonly expandable?: readonly string[];
  /** Gives the object that is answered with 200. Throws a `Refusal`. */
  readonly run: (state: StripeState, call: Call<z.output<Schema>>) => object;
};

/** An endpoint of the simulated Stripe. */
export type Endpoint = Omit<EndpointDefinition<ParameterSchema>, 'run'> & {
  /** Parses the parameters, or throws their refusal; what comes back executes the request. */
  readonly prepare: (input: unknown) => (state: StripeState, call: Omit<Call<unknown>, 'parameters'>) => object;
};

/** The endpoint that this definition describes. */
export function defineEndpoint<Schema extends ParameterSchema>(definition: EndpointDefinition<Schema>): Endpoint {
  const { run, ...described } = definition;
  return {
    ...described,
    prepare(input) {
      const parameters = parseParameters(definition.parameters, input);
      const { expand = [] } = parameters;
      demandExpandable(expand, definition.expandable ?? []);
      return (state, call) => expandFields(state, run(state, { ...call, parameters }), expand);
    },
  };
}
