import { amount } from './amount.ts';
import { customerOf } from './customer.ts';
import { toTheMillisecond, toTheSecond } from './date.ts';
import { emitCancelation, emitRefund, emitTax } from './emit-line-changes.ts';
import type { SimulatedLine, SimulatedProductOrder, SimulatedRefund, SimulatedShop } from './objects.ts';
import { isDebited } from './order-states.ts';

type Surroundings = {
  readonly shop: Pick<SimulatedShop, 'name'> | undefined;
  /** Those of all lines. */
  readonly refunds: readonly SimulatedRefund[];
};

/**
 * A product order as OR11 answers it, with every field that Mirakl's description requires. What the connector has no use
 * for says as little as it can.
 */
export function emitProductOrder(
  order: SimulatedProductOrder,
  { shop, refunds }: Surroundings,
): Record<string, unknown> {
  return {
    order_id: order.id,
    commercial_id: order.commercialId,
    shop_id: order.shopId,
    shop_name: shop?.name ?? `Shop ${order.shopId}`,
    created_date: toTheSecond(order.createdAt),
    last_updated_date: toTheSecond(order.updatedAt),
    order_state: order.state,
    order_tax_mode: order.taxMode,
    currency_iso_code: order.currency,
    customer: buyerOf(order),
    customer_debited_date: isDebited(order) ? toTheMillisecond(order.debitedAt ?? order.createdAt) : null,
    customer_directly_pays_seller: order.buyerPaysSeller,
    transaction_number: order.transactionNumber,
    pay_out_psp_code: order.payOutPsp ?? undefined,
    payment_workflow: order.paymentWorkflow,
    paymentType: 'card',
    price: amount(order.total),
    shipping_price: 0,
    total_price: amount(order.total),
    total_commission: amount(order.commission),
    ...ordinary,
    order_lines: order.lines.map((line, index) => emitLine(order, refunds, line, index)),
    ...order.raw,
  };
}

const ordinary = {
  can_cancel: false,
  can_evaluate: false,
  can_shop_ship: true,
  fulfillment: { center: { code: 'DEFAULT' } },
  fully_refunded: false,
  has_customer_message: false,
  has_incident: false,
  has_invoice: false,
  leadtime_to_ship: 2,
  shipping_type_code: 'STD',
  shipping_type_label: 'Standard',
  shipping_zone_code: 'INT',
  shipping_zone_label: 'International',
};

function buyerOf({ commercialId }: SimulatedProductOrder) {
  const address = {
    lastname: 'Buyer',
    street_1: '1 Main Street',
    city: 'Anytown',
    country: 'FRA',
    country_iso_code: 'FRA',
  };
  return {
    customer_id: customerOf(commercialId),
    email: 'buyer@example.com',
    firstname: 'Sam',
    lastname: 'Buyer',
    billing_address: address,
    shipping_address: address,
  };
}

/** The first line bears the commission of the whole order. */
function emitLine(
  order: SimulatedProductOrder,
  refunds: readonly SimulatedRefund[],
  line: SimulatedLine,
  index: number,
) {
  const commission = index === 0 ? amount(order.commission) : 0;
  return {
    order_line_id: line.id,
    order_line_index: index + 1,
    order_line_state: line.state,
    created_date: toTheSecond(order.createdAt),
    last_updated_date: toTheSecond(order.updatedAt),
    quantity: 1,
    price: amount(line.total),
    price_unit: amount(line.total),
    shipping_price: 0,
    total_price: amount(line.total),
    total_commission: commission,
    commission_fee: commission,
    taxes: line.taxes.map(emitLineTax),
    shipping_taxes: line.shippingTaxes.map(emitLineTax),
    cancelations: (line.cancelations ?? []).map((cancelation) => emitCancelation(order, cancelation)),
    refunds: refunds.filter(({ lineId }) => lineId === line.id).map(emitRefund),
    ...ordinaryLine,
  };
}

function emitLineTax(tax: string) {
  return { ...emitTax(tax), tax_calculation_rule: 'PROPORTIONAL_TO_AMOUNT' };
}

const ordinaryLine = {
  can_open_incident: false,
  can_refund: true,
  category_code: 'goods',
  category_label: 'Goods',
  commission_rate_vat: 0,
  commission_vat: 0,
  description: '',
  offer_id: 1,
  offer_sku: 'offer-1',
  offer_state_code: '11',
  order_line_additional_fields: [],
  product_medias: [],
  product_sku: 'product-1',
  product_title: 'Something useful',
  tax_recalculation_required: false,
};
