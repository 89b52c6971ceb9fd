/** What the public id of a key looks like. Anything else is unknown without asking the database. */
export const keyIdPattern = /^[0-9A-Za-z]{10}$/;
