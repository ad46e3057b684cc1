import type { Stripe } from 'stripe';

/** How long an authorisation holds (docs.stripe.com/payments/place-a-hold-on-a-payment-method). */
const authorizationSeconds = 7 * 24 * 60 * 60;

/** The card of a charge that was created at this second; with the end of its authorisation if it is to be captured later. */
export function cardDetails(created: number, captured: boolean): Stripe.Charge.PaymentMethodDetails {
  return {
    type: 'card',
    card: {
      amount_authorized: null,
      authorization_code: null,
      brand: 'visa',
      ...(captured ? {} : { capture_before: created + authorizationSeconds }),
      checks: null,
      country: 'FR',
      electronic_commerce_indicator: null,
      exp_month: 12,
      exp_year: 2040,
      funding: 'credit',
      installments: null,
      last4: '4242',
      mandate: null,
      network: 'visa',
      network_transaction_id: null,
      regulated_status: null,
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}
