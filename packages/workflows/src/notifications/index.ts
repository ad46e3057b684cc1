export {
  type DeliverNotificationDeps,
  deliverNotification,
  type NotificationEndpoint,
} from './deliver-notification.ts';
export { type FindAlarmsDeps, findAlarms } from './find-alarms.ts';
export { type MailEndpointDownDeps, mailEndpointDown } from './mail-endpoint-down.ts';
export { takeNotificationsWithoutJob } from './notifications-table.ts';
