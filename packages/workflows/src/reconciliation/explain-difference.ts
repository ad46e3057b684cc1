import type { DifferenceKind } from './difference.ts';

/** What a difference means, for people: how it comes about as a rule, and what to do. */
export type Explanation = { readonly cause: string; readonly advice: string };

/** The likely cause of a difference of this kind, and what to do about it. */
export function explainDifference(kind: DifferenceKind): Explanation {
  return explanations[kind];
}

const explanations: Readonly<Record<DifferenceKind, Explanation>> = {
  duplicate: {
    cause:
      'Stripe has it twice: an answer was lost and it was sent again without its key, or somebody made it by hand.',
    advice: 'Money has moved twice. Reverse or cancel the one that the ledger does not know, or get it back otherwise.',
  },
  'missing-on-stripe': {
    cause:
      'The ledger says that it was made, and Stripe does not know it: another account or mode, or a row set by hand.',
    advice: 'Find out whether the money moved by other means. If it did not, somebody is still owed it.',
  },
  'missing-in-ledger': {
    cause: 'It exists, and the ledger does not say so: an older copy of the ledger was restored, or a row was changed.',
    advice: 'Nothing of it will be made again without a look on Stripe. Check the row before you retry it.',
  },
  'amount-differs': {
    cause: 'The amount is not the one in the ledger: it was changed on one side, or made by hand.',
    advice: 'Compare both with the order, refund or invoice on Mirakl, and move the rest or take it back.',
  },
  'currency-differs': {
    cause: 'The currency is not the one in the ledger: it was made by hand, or the row was changed.',
    advice: 'Compare both with the order, refund or invoice on Mirakl, and put it right by hand.',
  },
  'account-differs': {
    cause: 'It went to, or came from, another account than the one in the ledger.',
    advice: 'Somebody has got what was meant for somebody else. Reverse it and pay the right seller.',
  },
  'state-differs': {
    cause:
      'Ledger and Stripe do not agree on whether it worked: an event of Stripe has not arrived, or arrived in vain.',
    advice: 'Check with connector doctor that the webhooks arrive. What failed on Stripe has to be made once more.',
  },
  'made-by-older-connector': {
    cause: 'The older connector made it and lost the answer, so that the ledger does not say so.',
    advice:
      'The connector looks on Stripe before it makes it again, and then takes it over. If it has no row, do nothing.',
  },
  'made-by-hand': {
    cause: 'Somebody made it outside the connector: on the dashboard of Stripe, or with a program of his own.',
    advice: 'If it was meant to replace something in the ledger, that must not be made as well.',
  },
  'made-by-schedule': {
    cause: 'Stripe paid the account out by itself, because its payouts are not set to manual.',
    advice: 'Set the payouts of the account to manual, or the payout of its next invoice lacks the money.',
  },
  'reversed-outside': {
    cause: 'Somebody took a transfer, or a part of it, back outside the connector.',
    advice: 'A refund of the same order takes back its share once more, as far as something is left.',
  },
  'unknown-outcome': {
    cause: 'Stripe was asked for it, and nobody knows yet whether it was done.',
    advice:
      'The connector repeats it with the same key, or looks for it. If it stays so, look at the history of the row.',
  },
  'order-changed-since': {
    cause: 'The order was cancelled, or its price or commission was changed, after it had been paid to the seller.',
    advice: 'Take back from the seller, or pay him, what the order has become less or more.',
  },
  'missing-on-mirakl': {
    cause: 'It was paid, and Mirakl does not know it: another instance of Mirakl, or it was deleted.',
    advice: 'Find out what was paid, and take it back if it was for nothing.',
  },
  'not-confirmed': {
    cause: 'The buyer has his money back, and Mirakl still waits for it.',
    advice: 'If it stays so, look at the history of the refund for what Mirakl answered.',
  },
};
