/** What a version looks like: a decimal integer from 1 on, at most eight digits. Anything else is unknown without asking. */
export const versionPattern = /^[1-9][0-9]{0,7}$/;
