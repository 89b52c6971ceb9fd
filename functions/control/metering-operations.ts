import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod/mini';
import { ConflictError } from '../../core/api/maas-error.ts';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import { closeHours } from '../../core/metering/close/close-hours.ts';
import { rebuildHours } from '../../core/metering/close/rebuild-hours.ts';
import { LedgerMismatchError } from '../../core/metering/ledger/ledger-mismatch-error.ts';
import { type LedgerAccess, rebuildFromLedger } from '../../core/metering/ledger/rebuild-from-ledger.ts';
import type { UsageAdjustments } from '../../core/metering/usage-adjustments.ts';
import type { UsageUnits } from '../../core/metering/usage-event.ts';
import { usageQuery } from '../../core/metering/usage-query.ts';
import type { UsageVoids } from '../../core/metering/usage-voids.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import type { UsageAccess } from '../usage-access.ts';
import { jsonBody } from './json-body.ts';
import { nameSchema } from './name-schema.ts';
import { operatorArn } from './operator-arn.ts';
import { pathParameter } from './path-parameter.ts';

/** What the operators' metering is made of. */
export interface MeteringDependencies {
  readonly access: UsageAccess;
  readonly voids: UsageVoids;
  readonly adjustments: UsageAdjustments;
  readonly ledger: LedgerAccess;
  readonly tenants: Pick<Tenants, 'find' | 'list'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly logger: Logger;
  readonly now: () => Date;
}

const voiding = z.strictObject({ reason: nameSchema });
const difference = z.optional(z.int());
const adjusting = z.strictObject({
  reason: nameSchema,
  units: z.strictObject({
    requests: difference,
    items: difference,
    tokens: difference,
    images: difference,
    audioMs: difference,
    computeMs: difference,
    bytesIn: difference,
    bytesOut: difference,
  }),
});
const closing = z.strictObject({ tenant: z.optional(z.string()), openHours: z._default(z.boolean(), false) });
const rebuilding = z.strictObject({
  tenant: z.string(),
  source: z._default(z.enum(['journal', 'ledger']), 'journal'),
  from: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])$/, 'an hour such as 2026-11-22T01'))),
});

/** The routes by which operators see usage, take events out of it, and close its hours. */
export function meteringOperations(dependencies: MeteringDependencies): Operations {
  const { access, voids, adjustments, ledger, tenants, audit, logger, now } = dependencies;
  const closers = { journal: access.journal, rollups: access.rollups, now };
  return {
    'tenants.usage': async (request) => {
      const query = usageQuery(request.query, now());
      const tenant = await tenants.find(pathParameter(request, 'tenant'));
      return jsonResponse(200, await access.usage.usage(tenant, query, request.remainingMs));
    },
    'tenants.void-usage-event': async (request) => {
      const { reason } = jsonBody(request, voiding);
      const owner = await tenants.find(pathParameter(request, 'tenant'));
      const { tenant } = owner;
      const event = pathParameter(request, 'event');
      // Also what cannot be voided is refused before anything is recorded.
      await access.events.state(owner, event);
      await audit.record(request, { action: 'usage.void', tenant, subject: `usage event ${event}`, after: { reason } });
      await voids.void(owner, event, reason, operatorArn(request));
      return jsonResponse(200, await access.events.state(owner, event));
    },
    'tenants.adjust-usage-event': async (request) => {
      const { units, reason } = jsonBody(request, adjusting);
      const owner = await tenants.find(pathParameter(request, 'tenant'));
      const { tenant } = owner;
      const event = pathParameter(request, 'event');
      await access.events.state(owner, event);
      const after = { units, reason };
      await audit.record(request, { action: 'usage.adjust', tenant, subject: `usage event ${event}`, after });
      await adjustments.adjust(owner, event, known(units), reason, operatorArn(request));
      return jsonResponse(200, await access.events.state(owner, event));
    },
    'billing.close': async (request) => {
      const { tenant, openHours } = jsonBody(request, closing);
      const closed = tenant === undefined ? await tenants.list() : [await tenants.find(tenant)];
      const report = await closeHours(closers, closed, {
        openHours,
        remainingMs: request.remainingMs,
        onFailure: (failed, error) =>
          logger.error('hours not closed', { requestId: request.requestId, tenant: failed, error: error as Error }),
      });
      return jsonResponse(200, report);
    },
    'billing.rebuild': async (request) => {
      const { tenant, from, source } = jsonBody(request, rebuilding);
      const owner = await tenants.find(tenant);
      if (source === 'journal') {
        return jsonResponse(200, await rebuildHours(closers, owner, from, request.remainingMs));
      }
      const report = rebuildFromLedger(closers, ledger, owner, from, request.remainingMs);
      return jsonResponse(200, await report.catch(refused));
    },
  };
}

const known = (units: z.infer<typeof adjusting>['units']): Partial<UsageUnits> =>
  Object.fromEntries(Object.entries(units).filter(([, each]) => each !== undefined));

/** Operators are told what is wrong with the ledger: it is theirs. */
function refused(error: unknown): never {
  if (error instanceof LedgerMismatchError) throw new ConflictError(error.message, { cause: error });
  throw error;
}
