export { type IncomingEvent, subjectOf, type WebhookEndpoint } from './decide-event.ts';
export { enqueueFollowUp } from './follow-up.ts';
export { type EventReceipt, type ReceiveEventDeps, receiveEvent } from './receive-event.ts';
export {
  deleteHandledEvents,
  findUnhandledEvents,
  markEventsHandled,
  takeEventsWithoutJob,
} from './stripe-events-table.ts';
