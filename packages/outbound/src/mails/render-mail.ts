import { fileURLToPath } from 'node:url';
import { assertNever } from '@connector/kernel';
import { Eta } from 'eta';
import type { Mail, MailBlock, MailDocument, MailTable } from './mail.ts';

/** What a table in a mail shows at most: somebody has to read it, and mail clients cut what is longer than 100 kB or so. */
export const mostRowsInMail = 29;

/** The document as HTML, with whatever it holds escaped, and as plain text. Long tables are cut, and say so. */
export function renderMail(document: MailDocument): Mail {
  const { subject, heading } = document;
  const blocks = document.blocks.map((block) => (block.kind === 'table' ? cutTable(block) : block));
  const eta = new Eta({ views: fileURLToPath(new URL('.', import.meta.url)), autoEscape: true });
  const text = [heading, ...blocks.map(blockAsText)].join('\n\n');
  return { subject, html: eta.render('mail', { subject, heading, blocks }), text: `${text}\n` };
}

type CutTable = MailTable & {
  /** Says how many rows are not shown; undefined if all are. */
  readonly rest: string | undefined;
};

function cutTable(table: MailTable): CutTable {
  const rows = table.rows.slice(0, mostRowsInMail);
  const left = table.total - rows.length;
  return { ...table, rows, rest: left > 0 ? `… and ${left} more` : undefined };
}

function blockAsText(block: Exclude<MailBlock, MailTable> | CutTable): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text;
    case 'code':
      return `${underlined(block.title)}\n${block.text}`;
    case 'table': {
      // A line a value: a row with a long reason does not fit a line of text.
      const rows = block.rows.map((row) =>
        row.map((value, index) => `${block.columns[index]}: ${inOneLine(value)}`).join('\n'),
      );
      return [underlined(`${block.title} (${block.total})`), ...rows, ...(block.rest ? [block.rest] : [])].join('\n\n');
    }
    default:
      return assertNever(block);
  }
}

function underlined(title: string): string {
  return `${title}\n${'-'.repeat(title.length)}`;
}

/** A value with line breaks in it must not pass for a line of ours. */
function inOneLine(value: string): string {
  return value.replaceAll(/\s+/g, ' ');
}
