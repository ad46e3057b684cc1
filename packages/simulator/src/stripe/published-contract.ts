import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';

type JsonObject = { readonly [key: string]: unknown };

/** Stripe's published OpenAPI description, as far as checks need it. */
export type PublishedContract = {
  /** What is wrong with an object by a schema of the description, such as `transfer`; empty if nothing is. */
  problems(schema: string, object: unknown): readonly string[];
  /** The names of the parameters of `POST /v1/transfers` and its like; undefined if the description lacks it. */
  parameterNames(method: string, path: string): ReadonlySet<string> | undefined;
};

const file = resolve(
  process.env.REFERENCE_DATA_DIR ?? resolve(import.meta.dirname, '../../../../../shared/data'),
  'stripe/openapi-money-subset-2023-08-16.json',
);

/** The description in the folder `REFERENCE_DATA_DIR`; undefined if it is not there. */
export function readPublishedContract(): PublishedContract | undefined {
  if (!existsSync(file)) return undefined;
  const description: JsonObject = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(withNull(description) as JsonObject, 'stripe');
  return {
    problems(schema, object) {
      const validate = ajv.getSchema(`stripe#/components/schemas/${schema}`);
      if (validate === undefined) throw new Error(`the description has no schema ${schema}`);
      if (validate(object) === true) return [];
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
    parameterNames(method, path) {
      const paths = objectAt(description, 'paths');
      const name = Object.keys(paths).find((known) => known.replaceAll(/\{\w+\}/g, ':id') === path);
      const operation = name === undefined ? {} : objectAt(paths, name, method.toLowerCase());
      if (Object.keys(operation).length === 0) return undefined;
      return method === 'GET' ? queryNames(operation) : propertyNames(bodySchema(operation));
    },
  };
}

/** The names of all properties of a JSON schema, with brackets for those within others. */
export function propertyNames(schema: unknown, prefix = ''): Set<string> {
  const names = new Set<string>();
  for (const [key, property] of Object.entries(objectAt(schema, 'properties'))) {
    const name = prefix === '' ? key : `${prefix}[${key}]`;
    names.add(name);
    for (const inner of propertyNames(property, name)) names.add(inner);
  }
  const alternatives = objectAt(schema).anyOf;
  for (const alternative of Array.isArray(alternatives) ? alternatives : []) {
    for (const inner of propertyNames(alternative, prefix)) names.add(inner);
  }
  return names;
}

function queryNames(operation: JsonObject): Set<string> {
  const parameters = operation.parameters;
  const properties = (Array.isArray(parameters) ? parameters : []).map((parameter: unknown) => {
    const { name, schema } = objectAt(parameter);
    return [String(name), schema] as const;
  });
  return propertyNames({ properties: Object.fromEntries(properties) });
}

function bodySchema(operation: JsonObject): unknown {
  return objectAt(operation, 'requestBody', 'content', 'application/x-www-form-urlencoded', 'schema');
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema gives `null` as an alternative. */
function withNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNull);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...schema } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withNull(inner)]),
  );
  return nullable === true
    ? { anyOf: [schema, { type: 'null' }] }
    : { ...schema, ...(nullable === undefined ? {} : { nullable }) };
}

function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const [key, ...rest] = path;
  if (typeof value !== 'object' || value === null) return {};
  return key === undefined ? (value as JsonObject) : objectAt((value as JsonObject)[key], ...rest);
}
