import * as z from 'zod/mini';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import { parsePriceBook } from '../../core/billing/price-book/parse-price-book.ts';
import type { PriceBooks } from '../../core/billing/price-book/price-books.ts';
import { unknownModels } from '../../core/billing/price-book/unknown-models.ts';
import type { Registry } from '../../core/catalog/registry.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';
import { pathParameter } from './path-parameter.ts';

/** The `prices.*` routes. */
export const priceOperations = (prices: PriceBooks, registry: Pick<Registry, 'list'>, audit: AuditLog): Operations => ({
  'prices.publish': async (request) => {
    const book = parsePriceBook(jsonBody(request, z.unknown()));
    const { version, currency, validFrom } = book;
    await audit.record(request, {
      action: 'prices.publish',
      subject: `price book ${version}`,
      after: { currency, validFrom, prices: book.prices.length },
    });
    const published = await prices.publish(book);
    const models = (await registry.list()).map(({ model }) => model);
    return jsonResponse(201, { ...published, unknownModels: unknownModels(book, models) });
  },
  'prices.list': async () => jsonResponse(200, { priceBooks: await prices.list() }),
  'prices.show': async (request) => jsonResponse(200, await prices.show(pathParameter(request, 'version'))),
});
