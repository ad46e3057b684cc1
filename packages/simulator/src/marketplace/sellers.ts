/** Made-up sellers for demos: names, currencies, and what is special about some. */
export type SellerSketch = {
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  readonly professional: boolean;
  /**
   * `services` sells no goods; `excluded` by the operator; `never-finishes` onboarding; `bad-phone` as typed by a person;
   * `under-review` by Stripe for a while; `asked` by Stripe for a document, and paid all the same.
   */
  readonly special?: 'services' | 'excluded' | 'never-finishes' | 'bad-phone' | 'under-review' | 'asked';
};

const sketch = (name: string, country: string, currency: string, special?: SellerSketch['special']): SellerSketch => ({
  ...{ name, country, currency, professional: !name.includes(' & ') },
  ...(special === undefined ? {} : { special }),
});

export const sellerSketches: readonly SellerSketch[] = [
  sketch('Atelier Lune', 'FRA', 'EUR'),
  sketch('Bureau Nord', 'DEU', 'EUR'),
  sketch('Budai Kerámia', 'HUN', 'HUF'),
  sketch('Casa Limone', 'ITA', 'EUR'),
  sketch('Duarte & Filha', 'PRT', 'EUR'),
  sketch('Estudio Verde', 'ESP', 'EUR'),
  sketch('Fjord Supply', 'FIN', 'EUR'),
  sketch('Grote Markt Fietsen', 'NLD', 'EUR'),
  sketch('Hibernia Wool', 'IRL', 'EUR', 'bad-phone'),
  sketch('Ivy & Oak', 'GBR', 'GBP'),
  sketch('Juniper Tools', 'GBR', 'GBP'),
  sketch('Kettle Lane', 'GBR', 'GBP', 'asked'),
  sketch('Lakeside Outfitters', 'USA', 'USD'),
  sketch('Maple & Stone', 'USA', 'USD'),
  sketch('North Beach Audio', 'USA', 'USD'),
  sketch('Old Mill Print', 'USA', 'USD'),
  sketch('Osaka Hamono', 'JPN', 'JPY'),
  sketch('Pine Ridge Kayaks', 'USA', 'USD', 'never-finishes'),
  sketch('Qasr Perfumes', 'KWT', 'KWD'),
  sketch('Rin Pottery', 'JPN', 'JPY'),
  sketch('Sakura Bunbougu', 'JPN', 'JPY'),
  sketch('Taller Sur', 'ESP', 'EUR', 'excluded'),
  sketch('Umbra Lighting', 'AUT', 'EUR', 'under-review'),
  sketch('Vélo Service', 'FRA', 'EUR', 'services'),
  sketch('Window & Roof Care', 'GBR', 'GBP', 'services'),
  sketch('Xylo Piano Tuning', 'DEU', 'EUR', 'services'),
  sketch('Yarmouth Gardens', 'GBR', 'GBP', 'services'),
  sketch('Zahra Interiors', 'KWT', 'KWD'),
];
