/** A mail as it is sent: the same in HTML and in plain text. */
export type Mail = { readonly subject: string; readonly html: string; readonly text: string };

/** What a mail says, before it is HTML or text. */
export type MailDocument = {
  readonly subject: string;
  readonly heading: string;
  readonly blocks: readonly MailBlock[];
};

export type MailBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | MailTable
  | { readonly kind: 'code'; readonly title: string; readonly text: string };

/** `total`: how many rows there are altogether, should `rows` be the first of them. */
export type MailTable = {
  readonly kind: 'table';
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly total: number;
};
