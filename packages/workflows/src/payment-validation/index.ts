export { type FollowChargeDeps, followCharge, followPaymentIntent } from './follow-charge.ts';
