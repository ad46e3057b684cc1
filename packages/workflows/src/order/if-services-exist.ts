import { isConnectorError } from '@connector/kernel';

/** The pages of a listing of services; none where Mirakl does not know the listing, as on a marketplace of goods alone. */
export async function* ifServicesExist<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  let isFirst = true;
  try {
    for await (const page of pages) {
      isFirst = false;
      yield page;
    }
  } catch (error) {
    if (!isFirst || !isConnectorError(error, 'mirakl_not_found')) throw error;
  }
}
