import { amount } from './amount.ts';
import { customerOf } from './customer.ts';
import { toTheSecond } from './date.ts';
import type {
  SimulatedDebit,
  SimulatedOption,
  SimulatedRefund,
  SimulatedServiceOrder,
  SimulatedShop,
} from './objects.ts';
import type { MiraklState } from './state.ts';

/** A shop as S20 answers it. Fields that are of no use here are left out or null, as many are in real answers. */
export function emitShop(shop: SimulatedShop): Record<string, unknown> {
  return {
    shop_id: shop.id,
    shop_name: shop.name,
    shop_state: shop.state,
    domains: shop.domains,
    model: 'MARKETPLACE',
    currency_iso_code: shop.currency,
    date_created: toTheSecond(shop.createdAt),
    last_updated_date: toTheSecond(shop.updatedAt),
    is_professional: shop.professional,
    kyc: shop.kyc,
    contact_informations: {
      email: shop.email,
      phone: shop.phone,
      web_site: shop.webSite,
      city: null,
      country: shop.country,
    },
    shop_additional_fields: Object.entries(shop.additionalFields).map(([code, value]) => ({
      code,
      type: 'STRING',
      value,
    })),
    ...shop.raw,
  };
}

/** A service order as SOR11 answers it. */
export function emitServiceOrder(
  order: SimulatedServiceOrder,
  refunds: readonly SimulatedRefund[],
): Record<string, unknown> {
  return {
    id: order.id,
    commercial_order_id: order.commercialId,
    date_created: toTheSecond(order.createdAt),
    state: order.state,
    currency_code: order.currency,
    order_tax_mode: order.taxMode,
    shop: { id: order.shopId },
    customer: { id: customerOf(order.commercialId) },
    pay_out_psp_code: order.payOutPsp ?? undefined,
    customer_directly_pays_seller: order.buyerPaysSeller,
    price: {
      amount: amount(order.price),
      taxes: order.taxes.map(emitTax),
      options: order.options.map(emitOption),
    },
    commission: { amount_including_taxes: amount(order.commission) },
    refunds: refunds.map(emitServiceRefund),
    workflow: { type: 'PAY_ON_ACCEPTANCE' },
    ...order.raw,
  };
}

function emitOption(option: SimulatedOption) {
  return option.type === 'BOOLEAN'
    ? { type: option.type, amount: amount(option.amount) }
    : { type: option.type, values: option.values.map((value) => ({ amount: amount(value) })) };
}

function emitTax(tax: string) {
  return { amount: amount(tax), code: 'VAT' };
}

function emitServiceRefund(refund: SimulatedRefund) {
  return {
    id: refund.id,
    amount: amount(refund.amount),
    commission: {
      amount_excluding_taxes: amount(refund.commission),
      amount_including_taxes: amount(refund.commission),
      commission_taxes: [],
    },
    creation_date: toTheSecond(refund.createdAt),
    options: [],
    reason_code: 'AGREEMENT_FOUND_BETWEEN_CLIENT_AND_SELLER',
    state: refund.state,
    taxes: refund.taxes.map(emitTax),
    transaction_date: refund.confirmedAt ? toTheSecond(refund.confirmedAt) : undefined,
    transaction_number: refund.transactionNumber ?? undefined,
  };
}

/** A debit as SPA11 answers it. */
export function emitDebit(state: MiraklState, debit: SimulatedDebit): Record<string, unknown> {
  return {
    order_id: debit.orderId,
    customer_id: payerOf(state, debit),
    amount: amount(debit.amount),
    currency_code: debit.currency,
    state: debit.state,
    transaction_number: debit.transactionNumber,
  };
}

/** The buyer whose debit it is; debits can be given without their order. */
export function payerOf({ serviceOrders }: MiraklState, { orderId }: SimulatedDebit): string {
  return customerOf(serviceOrders.get(orderId)?.commercialId ?? orderId);
}
