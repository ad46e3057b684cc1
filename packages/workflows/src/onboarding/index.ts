export { type FindShopsDeps, findShops } from './find-shops.ts';
export { type OnboardSellerDeps, onboardSeller } from './onboard-seller.ts';
export { requestOnboarding } from './request-onboarding.ts';
export type { ShopFields } from './shop-record.ts';
export { takeShopsWithoutJob } from './shops-table.ts';
export { type WriteLinksDeps, writeLinks } from './write-links.ts';
