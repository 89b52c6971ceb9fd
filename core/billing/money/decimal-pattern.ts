/** A price or factor as text: up to 12 digits before the point and up to 12 after it. No sign, no exponent, no leading zeros. */
export const decimalPattern = /^(0|[1-9]\d{0,11})(?:\.(\d{1,12}))?$/;
