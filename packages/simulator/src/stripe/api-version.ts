/** The API version of whoever asks for none: the one that the `stripe` package pins. */
export const defaultApiVersion = '2026-10-28.endive';
