/** What a simulated endpoint answers. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it stands, anything else as JSON; nothing is sent for undefined. JSON is the content type unless `headers` names another. */
  readonly body?: unknown;
  /** False if the request was refused before anything was executed: an idempotency layer does not keep such an answer. */
  readonly executed?: boolean;
};
