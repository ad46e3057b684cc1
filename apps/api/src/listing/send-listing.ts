import { stringify } from 'csv-stringify/sync';
import type { Request, Response } from 'express';

/**
 * Answers with records: as CSV if the caller prefers that, otherwise as JSON, whatever he accepts. Texts that a spreadsheet
 * would take for a formula begin with an apostrophe in CSV (owasp.org, "CSV Injection").
 */
export function sendListing(
  request: Request,
  response: Response,
  { items, columns }: { readonly items: readonly object[]; readonly columns: readonly string[] },
): void {
  response.vary('accept');
  if (request.accepts(['json', 'csv']) !== 'csv') {
    response.json(items);
    return;
  }
  const csv = stringify([...items], {
    columns: [...columns],
    header: true,
    cast: { boolean: String },
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  response.type('text/csv').send(csv);
}
