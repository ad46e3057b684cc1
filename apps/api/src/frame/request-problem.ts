/** What the caller has to change about his request, as an answer. */
export class RequestProblem extends Error {
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.name = 'RequestProblem';
    this.status = status;
  }
}
