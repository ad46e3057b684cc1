import { amount } from './amount.ts';
import { toTheSecond } from './date.ts';
import type { SimulatedDebit, SimulatedOption, SimulatedServiceOrder, SimulatedShop } from './objects.ts';

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
export function emitServiceOrder(order: SimulatedServiceOrder): Record<string, unknown> {
  return {
    id: order.id,
    commercial_order_id: order.commercialId,
    date_created: toTheSecond(order.createdAt),
    state: order.state,
    currency_code: order.currency,
    order_tax_mode: order.taxMode,
    shop: { id: order.shopId },
    customer: { id: `customer-of-${order.commercialId}` },
    pay_out_psp_code: order.payOutPsp ?? undefined,
    customer_directly_pays_seller: order.buyerPaysSeller,
    price: {
      amount: amount(order.price),
      taxes: order.taxes.map((tax) => ({ amount: amount(tax), code: 'VAT' })),
      options: order.options.map(emitOption),
    },
    commission: { amount_including_taxes: amount(order.commission) },
    refunds: [],
    workflow: { type: 'PAY_ON_ACCEPTANCE' },
    ...order.raw,
  };
}

function emitOption(option: SimulatedOption) {
  return option.type === 'BOOLEAN'
    ? { type: option.type, amount: amount(option.amount) }
    : { type: option.type, values: option.values.map((value) => ({ amount: amount(value) })) };
}

/** A debit as SPA11 answers it. */
export function emitDebit(debit: SimulatedDebit): Record<string, unknown> {
  return {
    order_id: debit.orderId,
    customer_id: `customer-of-${debit.orderId}`,
    amount: amount(debit.amount),
    currency_code: debit.currency,
    state: debit.state,
    transaction_number: debit.transactionNumber,
  };
}
