import { expect, test } from 'vitest';
import { formatTable } from '../../cli/format-table.ts';

test('columns line up, numbers to the right, absent values as a dash', () => {
  expect(
    formatTable([
      { model: 'fashion', requests: 7, live: undefined },
      { model: 'spam', requests: 1200, live: '1' },
    ]),
  ).toBe(
    ['model    requests  live', '-------  --------  ----', 'fashion         7  -', 'spam         1200  1'].join('\n'),
  );
});

test('an empty list reads none', () => {
  expect(formatTable([])).toBe('none');
});
