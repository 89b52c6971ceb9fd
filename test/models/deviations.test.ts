import { expect, test } from 'vitest';
import { deviations } from '../../models/deviations.ts';

const stated = { dataset: 'd', samples: 100, accuracy: 0.95, precision: 0.9, recall: 0.9, f1: 0.9 };

test('a figure within two thousandths of the manifest is accepted, one further off is named', () => {
  expect(deviations(stated, stated)).toEqual([]);
  expect(deviations(stated, { ...stated, accuracy: 0.9519 })).toEqual([]);
  expect(deviations(stated, { ...stated, accuracy: 0.9525 })).toEqual([
    'model.json states accuracy 0.95, measured is 0.9525',
  ]);
  expect(deviations(stated, { ...stated, f1: 0.5 })).toHaveLength(1);
});

test('a figure on one side only, or another number of samples, is named', () => {
  const { accuracy: _, ...without } = stated;
  expect(deviations(without, stated)).toEqual(['model.json states accuracy nowhere, measured is 0.95']);
  expect(deviations(stated, without)).toEqual(['model.json states accuracy 0.95, measured is nothing']);
  expect(deviations(stated, { ...stated, samples: 99 })).toEqual(['model.json states 100 samples, measured were 99']);
});

test('an error that grew is named however small it is', () => {
  const regression = { dataset: 'd', samples: 3, errorMax: 0 };
  expect(deviations(regression, { ...regression, errorMax: 1e-4 })).toHaveLength(1);
});
