export type { Answer } from './http/answer.ts';
export type { Fault, FaultableRequest, FaultKind, FaultMoment, FaultRule } from './http/fault.ts';
export type { Faults } from './http/faults.ts';
export type { RecordedRequest, RequestOutcome } from './http/request-log.ts';
export { seededRandom } from './http/seeded-random.ts';
export { actualMovements } from './marketplace/actual-movements.ts';
export { type Comparison, compareMovements } from './marketplace/compare-movements.ts';
export { type ExpectedMovementsOptions, expectedMovements } from './marketplace/expected-movements.ts';
export {
  type ExpectedOutcome,
  type ExpectedTransfersOptions,
  expectedTransfers,
} from './marketplace/expected-transfers.ts';
export { type FillInvoicesOptions, fillInvoices } from './marketplace/fill-invoices.ts';
export { type FillOrdersOptions, fillOrders } from './marketplace/fill-orders.ts';
export { type FillRefundsOptions, fillRefunds } from './marketplace/fill-refunds.ts';
export { type DemoSeller, fillSellers } from './marketplace/fill-sellers.ts';
export {
  bankOf,
  buyers,
  type ExpectedMovement,
  type ExpectedMovements,
  holdingsAfter,
  type Movement,
  movementsIn,
} from './marketplace/movement.ts';
export { type Purchases, recordPurchases, withChargesInOrder } from './marketplace/purchases.ts';
export type { MiraklGiven } from './mirakl/given.ts';
export type { InvoicePart } from './mirakl/invoice-parts.ts';
export type {
  RawFields,
  SimulatedCancelation,
  SimulatedDebit,
  SimulatedInvoice,
  SimulatedLine,
  SimulatedOption,
  SimulatedProductOrder,
  SimulatedRefund,
  SimulatedServiceOrder,
  SimulatedShop,
} from './mirakl/objects.ts';
export {
  type MiraklSimulator,
  type MiraklSimulatorOptions,
  startMiraklSimulator,
} from './mirakl/start-mirakl-simulator.ts';
export {
  type OperatorEndpoint,
  type OperatorEndpointOptions,
  type ReceivedNotification,
  startOperatorEndpoint,
} from './operator/start-operator-endpoint.ts';
export type { ApiKey, Permission } from './stripe/api-keys.ts';
export type { DeliveryAttempt } from './stripe/deliver-event.ts';
export type { EventOptions, PublishedEvent } from './stripe/events.ts';
export type { Given, GivenCharge } from './stripe/given.ts';
export type { KycState } from './stripe/kyc-state.ts';
export type { AccountFields } from './stripe/new-account.ts';
export type { RateLimits } from './stripe/rate-limits.ts';
export {
  type StripeRequest,
  type StripeSimulator,
  type StripeSimulatorOptions,
  startStripeSimulator,
} from './stripe/start-stripe-simulator.ts';
export type { GivenWebhookEndpoint } from './stripe/webhook-endpoints.ts';
