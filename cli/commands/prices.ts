import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { MaasError } from '../../core/api/maas-error.ts';
import { parsePriceBook } from '../../core/billing/price-book/parse-price-book.ts';
import type { PriceBook } from '../../core/billing/price-book/price-book.ts';
import type { PriceBookSummary } from '../../core/billing/price-book/price-books.ts';
import { unknownModels } from '../../core/billing/price-book/unknown-models.ts';
import { catalogue } from '../catalogue.ts';
import { CliError } from '../cli-error.ts';
import { ControlClient } from '../control-client.ts';
import { formatTable, type Row } from '../format-table.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

type Published = PriceBookSummary & { readonly unknownModels: readonly string[] };
type Shown = PriceBookSummary & { readonly book: PriceBook };

/** `maas prices validate|publish|list|show` */
export function pricesCommand(): Command {
  const prices = new Command('prices').description('check price books, publish them and show them');

  prices
    .command('validate <file>')
    .description('check a price book in a file; needs no cloud')
    .action((file: string, _: unknown, command: Command) => {
      const book = readPriceBook(file);
      const models = catalogue().map(({ folder }) => basename(folder));
      const unknown = unknownModels(book, models);
      print(command, { version: book.version, valid: true, unknownModels: unknown }, () =>
        [`price book ${book.version} is valid: ${pricesIn(book)} prices in ${book.currency}`, ...warning(unknown)].join(
          '\n',
        ),
      );
    });

  prices
    .command('publish <file>')
    .description('make a price book the one that usage is charged by from its date on; a version is published once')
    .action(async (file: string, _: unknown, command: Command) => {
      const body = readPriceBook(file);
      const client = new ControlClient(await findTarget(command));
      const published = await client.call<Published>('POST', '/prices', { body });
      print(command, published, () =>
        [
          `price book ${published.version} is published and valid from ${published.validFrom}`,
          ...warning(published.unknownModels),
        ].join('\n'),
      );
    });

  prices
    .command('list')
    .description('list the price books, the newest first')
    .action(async (_: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<{ priceBooks: PriceBookSummary[] }>('GET', '/prices');
      print(command, answer, () => answer.priceBooks.map(row));
    });

  prices
    .command('show <version>')
    .description('show a price book')
    .action(async (version: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const shown = await client.call<Shown>('GET', `/prices/${pathSegment('price book', version)}`);
      print(command, shown, () => `${formatTable([row(shown)])}\n\n${formatTable(priceRows(shown.book))}`);
    });

  return prices;
}

function readPriceBook(file: string): PriceBook {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CliError(`cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  try {
    return parsePriceBook(value);
  } catch (cause) {
    if (cause instanceof MaasError) throw new CliError(`${file} is no price book:\n${cause.message}`, { cause });
    throw cause;
  }
}

const warning = (models: readonly string[]): readonly string[] =>
  models.length === 0 ? [] : [`no such model yet: ${models.join(', ')}; their prices wait until there is`];

const pricesIn = ({ prices, plans }: PriceBook): number =>
  Object.values(plans).reduce((sum, plan) => sum + plan.prices.length, prices.length);

const row = ({ version, currency, validFrom, publishedAt, current }: PriceBookSummary): Row => ({
  version,
  currency,
  'valid from': validFrom,
  published: publishedAt,
  current: current ? 'yes' : undefined,
});

const priceRows = ({ prices, plans }: PriceBook): readonly Row[] =>
  [['all', prices] as const, ...Object.entries(plans).map(([plan, { prices: own }]) => [plan, own] as const)].flatMap(
    ([plan, list]) =>
      list.map(({ model, unit, hardware, included, charge }) => ({
        plan,
        model,
        unit,
        hardware,
        included,
        charge: charge.kind,
        price: priceText(charge),
      })),
  );

function priceText(charge: PriceBook['prices'][number]['charge']): string {
  const packages = 'size' in charge && charge.size !== undefined ? ` per ${charge.size}` : '';
  if ('price' in charge) return `${charge.price}${packages}`;
  const tiers = charge.tiers.map(({ upTo, price }) => `${price}${upTo === undefined ? '' : ` up to ${upTo}`}`);
  return `${tiers.join(', then ')}${packages}`;
}
