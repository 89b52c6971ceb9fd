const lengthMax = 100;

/** A caller's own word, fit to stand in an error message: quoted, and cut so that a hostile one cannot fill the answer. */
export const quoted = (text: string): string =>
  `'${text.length > lengthMax ? `${text.slice(0, lengthMax).toWellFormed()}…` : text}'`;
