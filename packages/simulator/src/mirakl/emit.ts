import { amount } from './amount.ts';
import type {
  SimulatedDebit,
  SimulatedLine,
  SimulatedOption,
  SimulatedProductOrder,
  SimulatedServiceOrder,
  SimulatedShop,
} from './objects.ts';

/** A shop as S20 answers it. Fields that are of no use here are left out or null, as many are in real answers. */
export function emitShop(shop: SimulatedShop): Record<string, unknown> {
  return {
    shop_id: shop.id,
    shop_name: shop.name,
    shop_state: shop.state,
    domains: shop.domains,
    model: 'MARKETPLACE',
    currency_iso_code: shop.currency,
    date_created: date(shop.createdAt),
    last_updated_date: date(shop.updatedAt),
    is_professional: shop.professional,
    kyc: shop.kyc,
    contact_informations: { email: shop.email, phone: shop.phone, web_site: shop.webSite, city: null, country: null },
    shop_additional_fields: Object.entries(shop.additionalFields).map(([code, value]) => ({
      code,
      type: 'STRING',
      value,
    })),
    ...shop.raw,
  };
}

/** A product order as OR11 answers it. */
export function emitProductOrder(order: SimulatedProductOrder): Record<string, unknown> {
  return {
    order_id: order.id,
    commercial_id: order.commercialId,
    shop_id: order.shopId,
    created_date: date(order.createdAt),
    last_updated_date: date(order.createdAt),
    order_state: order.state,
    order_tax_mode: order.taxMode,
    currency_iso_code: order.currency,
    customer: { customer_id: `customer-of-${order.commercialId}` },
    customer_debited_date: order.debited ? date(order.createdAt) : null,
    customer_directly_pays_seller: order.buyerPaysSeller,
    transaction_number: order.transactionNumber,
    pay_out_psp_code: order.payOutPsp ?? undefined,
    payment_workflow: 'PAY_ON_ACCEPTANCE',
    total_price: amount(order.total),
    total_commission: amount(order.commission),
    order_lines: order.lines.map(emitLine),
    ...order.raw,
  };
}

function emitLine(line: SimulatedLine) {
  return {
    order_line_id: line.id,
    order_line_state: line.state,
    total_price: amount(line.total),
    taxes: line.taxes.map((tax) => ({ amount: amount(tax), code: 'VAT' })),
    shipping_taxes: line.shippingTaxes.map((tax) => ({ amount: amount(tax), code: 'VAT' })),
    cancelations: [],
    refunds: [],
  };
}

/** A service order as SOR11 answers it. */
export function emitServiceOrder(order: SimulatedServiceOrder): Record<string, unknown> {
  return {
    id: order.id,
    commercial_order_id: order.commercialId,
    date_created: date(order.createdAt),
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

/** To the second, as Mirakl writes most dates. */
function date(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
