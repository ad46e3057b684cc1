import type { SimulatedShop } from '../mirakl/objects.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import { sellerSketches } from './sellers.ts';

/** A shop of the demo, with what is special about it. */
export type DemoSeller = { readonly shop: SimulatedShop; readonly special: (typeof sellerSketches)[number]['special'] };

/** Opens a few dozen shops in several countries and currencies on the simulated Mirakl. */
export function fillSellers(mirakl: MiraklSimulator): DemoSeller[] {
  return sellerSketches.map(({ name, country, currency, professional, special }) => {
    const host = name
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z]+/g, '-');
    const shop = mirakl.given.shop({
      ...{ name, country, currency, professional },
      domains: [special === 'services' ? 'SERVICE' : 'PRODUCT'],
      email: `hello@${host}.example.com`,
      phone: special === 'bad-phone' ? 'ask for Niamh' : '+33142278186',
      webSite: `https://${host}.example.com`,
      additionalFields: special === 'excluded' ? { 'stripe-ignored': 'true' } : {},
    });
    return { shop, special };
  });
}
