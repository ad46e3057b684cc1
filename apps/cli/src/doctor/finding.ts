/** One thing that `doctor` has looked at. A note says something that is neither good nor bad. */
export type Finding = {
  readonly level: 'good' | 'note' | 'warning' | 'problem';
  readonly subject: string;
  readonly text: string;
  /** Where to mend it. */
  readonly hint?: string;
};
