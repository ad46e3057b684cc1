export type { Answer } from './http/answer.ts';
export type { Fault, FaultableRequest, FaultKind, FaultMoment, FaultRule } from './http/fault.ts';
export type { Faults } from './http/faults.ts';
export type { RecordedRequest, RequestOutcome } from './http/request-log.ts';
export { seededRandom } from './http/seeded-random.ts';
