import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '@connector/kernel';
import type { FaultableRequest, FaultRule } from './fault.ts';

/**
 * What became of a request. `pending`: not answered yet. `cut-…`: the connection was broken on purpose.
 * `client-gone`: the client left before the answer.
 */
export type RequestOutcome = 'pending' | 'answered' | 'cut-before-effect' | 'cut-after-effect' | 'client-gone';

/** A request that arrived. */
export type RecordedRequest = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query, parsed. */
  readonly query: unknown;
  readonly headers: IncomingHttpHeaders;
  /** The body, parsed; undefined for none. */
  readonly body: unknown;
  readonly at: Date;
  readonly outcome: RequestOutcome;
  /** Undefined as long as nothing was answered. */
  readonly status: number | undefined;
  /** In lower case; empty as long as nothing was answered. */
  readonly answerHeaders: Readonly<OutgoingHttpHeaders>;
  /** The fault that struck it. */
  readonly fault: FaultRule['kind'] | undefined;
};

export type OpenRequest = { -readonly [Field in keyof RecordedRequest]: RecordedRequest[Field] };

export type RequestLog = {
  /** Every request that arrived, oldest first. */
  all(): readonly RecordedRequest[];
  /** Records an arrival; what becomes of it is written into the record that comes back. */
  open(request: FaultableRequest): OpenRequest;
};

/** An empty record of the requests that arrive at one simulator. */
export function createRequestLog(clock: Clock): RequestLog {
  const records: OpenRequest[] = [];
  return {
    all: () => records,
    open({ method, path, query, headers, body }) {
      const record: OpenRequest = {
        ...{ method, path, query, headers, body },
        at: clock(),
        outcome: 'pending',
        status: undefined,
        answerHeaders: {},
        fault: undefined,
      };
      records.push(record);
      return record;
    },
  };
}
