import type { Measurement } from './measure.ts';

const figure = (value: number): string => value.toFixed(4);

/** A measurement as Markdown tables, for the terminal and for the model's card. */
export function report(name: string, measurement: Measurement, labels: readonly string[]): string {
  const { quality, classes, confusion } = measurement;
  const { dataset, samples, accuracy = 0, precision = 0, recall = 0, f1 = 0, errorMax } = quality;
  const title = `${name}: ${dataset} (${samples} items)`;
  if (errorMax !== undefined) return `${title}\n\nlargest absolute error ${errorMax}`;
  const perClass = [
    '| class | items | precision | recall | F1 |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...classes.map((one) => row(one.label, one.samples, ...[one.precision, one.recall, one.f1].map(figure))),
    row('**mean**', samples, ...[precision, recall, f1].map(figure)),
  ];
  const matrix = [
    row('true \\ predicted', ...labels),
    row('---', ...labels.map(() => '---:')),
    ...confusion.map((counts, truth) => row(labels[truth] ?? '', ...counts)),
  ];
  return [title, '', `accuracy ${figure(accuracy)}`, '', ...perClass, '', ...matrix].join('\n');
}

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
