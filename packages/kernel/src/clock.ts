/** Gives the present moment. Injected wherever time decides something, so that a test can turn it. */
export type Clock = () => Date;

/** The machine's own clock. */
export const systemClock: Clock = () => new Date();
