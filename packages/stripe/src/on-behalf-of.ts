/** The request option that makes a call one of this connected account, or of the platform where it is undefined. */
export function onBehalfOf(stripeAccount: string | undefined): { stripeAccount?: string } {
  return stripeAccount === undefined ? {} : { stripeAccount };
}
