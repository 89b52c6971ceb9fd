/**
 * What a tenant's API key looks like, for secret scanners and for our own first look: vendor, environment, public id, then 43 digits
 * of secret and 6 of checksum. Underscores make a double click select the whole key.
 */
export const apiKeyPattern = /^maas_(?:live|test)_([0-9A-Za-z]{10})_[0-9A-Za-z]{49}$/;
