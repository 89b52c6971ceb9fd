import { expect, test } from 'vitest';
import { preferredType } from '../../../functions/account/preferred-type.ts';

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['text/html', 'text/html'],
  [browser, 'text/html'],
  ['application/json;q=0.5, text/*', 'text/html'],
  ['text/html;q=0.1, application/json', 'application/json'],
  ['TEXT/HTML', 'text/html'],
  ['text/html;q=0, */*', 'application/json'],
  ['image/png', undefined],
  ['text/html;q=0', undefined],
  [',;;=,', undefined],
])('of JSON and HTML, Accept %j gets %s', (accept, type) => {
  expect(preferredType(accept, ['application/json', 'text/html'])).toBe(type);
});
