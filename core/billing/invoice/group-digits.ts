/** A whole number's digits in groups of three: `3,000`. */
export const groupDigits = (integer: string): string => integer.replace(/\B(?=(\d{3})+$)/g, ',');
