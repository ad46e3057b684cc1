export { createMailer, type Mailer, type MailerOptions } from './create-mailer.ts';
export { type EndpointDown, endpointDownMail } from './mails/endpoint-down-mail.ts';
export {
  type FailedPayment,
  type FailedPayout,
  type FailedRefund,
  type FailedTransfer,
  type Failures,
  type FailuresByKind,
  type FoundDifference,
  failuresMail,
} from './mails/failures-mail.ts';
export { type AccountToLookAt, kycRequiredMail } from './mails/kyc-required-mail.ts';
export type { Mail } from './mails/mail.ts';
export { mostRowsInMail } from './mails/render-mail.ts';
export { type Notification, type PostNotificationDeps, postNotification } from './post-notification.ts';
