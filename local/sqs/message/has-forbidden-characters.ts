const forbidden = /[^\t\n\r \u{21}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Whether a text has characters that are not in XML, which no message may have. */
export const hasForbiddenCharacters = (text: string): boolean => forbidden.test(text);
