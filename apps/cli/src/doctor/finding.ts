/** One thing that `doctor` has looked at. */
export type Finding = {
  readonly level: 'good' | 'warning' | 'problem';
  readonly subject: string;
  readonly text: string;
  /** Where to mend it. */
  readonly hint?: string;
};
