import * as z from 'zod/mini';
import type { ApiRequest } from '../../core/api/api-request.ts';
import { InvalidInputError, NotFoundError } from '../../core/api/maas-error.ts';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import type { ConnectionKind } from '../../core/billing/export/connection-kind.ts';
import { connectionKinds } from '../../core/billing/export/connection-kinds.ts';
import { type Destination, destinations } from '../../core/billing/export/destination.ts';
import type { Exports } from '../../core/billing/export/exports.ts';
import type { LambdaExportRun } from '../../core/billing/export/lambda-export-run.ts';
import type { TenantLink } from '../../core/billing/export/tenant-link.ts';
import { hourStart, usageHour } from '../../core/metering/usage-hour.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { checked } from './checked.ts';
import { jsonBody } from './json-body.ts';
import { nameSchema } from './name-schema.ts';
import { operatorArn } from './operator-arn.ts';
import { pathParameter } from './path-parameter.ts';

/** What the operators' exports are made of. */
export interface ExportOperationsDependencies {
  readonly exports: Exports;
  readonly run: Pick<LambdaExportRun, 'run'>;
  readonly tenants: Pick<Tenants, 'find'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly now: () => Date;
}

const nothing = z.strictObject({});
const hourSchema = z.string().check(
  z.regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])$/, 'an hour such as 2026-11-22T08'),
  z.refine((hour) => !Number.isNaN(hourStart(hour).getTime()), 'a day that there is'),
);
const linking = z.looseObject({ from: z.optional(hourSchema) });
const settling = z.strictObject({ hour: hourSchema, version: z.int().check(z.positive()), reason: nameSchema });

/** The `exports.*` routes. */
export function exportOperations(dependencies: ExportOperationsDependencies): Operations {
  const { exports, run, tenants, audit, now } = dependencies;
  const shown = async (tenant: string) => jsonResponse(200, await exports.show(tenant));
  return {
    'exports.list': async () => jsonResponse(200, { destinations: await exports.list() }),
    'exports.connect': async (request) => {
      const { destination, kind } = destinationOf(request);
      const document = jsonBody(request, kind.connection);
      await audit.record(request, {
        action: 'exports.connect',
        subject: `export to ${destination}`,
        after: Object.fromEntries(Object.entries(document).filter(([field]) => !kind.secrets.includes(field))),
      });
      await exports.connect(destination, document, operatorArn(request));
      return jsonResponse(200, { destinations: await exports.list() });
    },
    'exports.disconnect': async (request) => {
      const { destination } = destinationOf(request);
      await audit.record(request, { action: 'exports.disconnect', subject: `export to ${destination}` });
      await exports.disconnect(destination);
      return jsonResponse(200, { destinations: await exports.list() });
    },
    'exports.run': async (request) => {
      jsonBody(request, nothing);
      return jsonResponse(200, await run.run(request.remainingMs()));
    },
    'exports.show': async (request) => {
      const { tenant } = await tenants.find(pathParameter(request, 'tenant'));
      return shown(tenant);
    },
    'exports.link': async (request) => {
      const { destination, kind } = destinationOf(request);
      const { from, ...rest } = jsonBody(request, linking);
      const fields = checked(rest, kind.link);
      const { tenant } = await tenants.find(pathParameter(request, 'tenant'));
      const {
        catchUpFrom: _,
        catchUpSince: __,
        linkedAt: ___,
        ...before
      } = (await exports.linkOf(tenant, destination)) ?? {};
      const first = from ?? ('from' in before ? before.from : usageHour(now()));
      if (first > usageHour(now())) throw new InvalidInputError(`from: ${first} is yet to come`);
      const link = { tenant, destination, from: first, ...fields } as TenantLink;
      const change = { ...('from' in before ? { before } : {}), after: { ...link } };
      await audit.record(request, { action: 'exports.link', tenant, subject: `link to ${destination}`, ...change });
      await exports.link(link);
      return shown(tenant);
    },
    'exports.unlink': async (request) => {
      const { destination } = destinationOf(request);
      const { tenant } = await tenants.find(pathParameter(request, 'tenant'));
      await audit.record(request, { action: 'exports.unlink', tenant, subject: `link to ${destination}` });
      await exports.unlink(tenant, destination);
      return shown(tenant);
    },
    'exports.retry': async (request) => {
      jsonBody(request, nothing);
      const { destination } = destinationOf(request);
      const { tenant } = await tenants.find(pathParameter(request, 'tenant'));
      await audit.record(request, { action: 'exports.retry', tenant, subject: `export to ${destination}` });
      return jsonResponse(200, { tenant, destination, retried: await exports.retry(tenant, destination) });
    },
    'exports.settle': async (request) => {
      const { hour, version, reason } = jsonBody(request, settling);
      const { destination } = destinationOf(request);
      const { tenant } = await tenants.find(pathParameter(request, 'tenant'));
      const exported = { tenant, destination, hour };
      // Also what cannot be settled is refused before anything is recorded.
      if (await exports.canSettle(exported, version)) {
        const after = { version, reason };
        await audit.record(request, { action: 'exports.settle', tenant, subject: `${hour} for ${destination}`, after });
        await exports.settle(exported, version);
      }
      return shown(tenant);
    },
  };
}

/** @throws NotFoundError for a destination that there is not */
function destinationOf(request: ApiRequest): { readonly destination: Destination; readonly kind: ConnectionKind } {
  const name = pathParameter(request, 'destination');
  const destination = destinations.find((known) => known === name);
  const kind = destination === undefined ? undefined : connectionKinds[destination];
  if (destination === undefined || kind === undefined) {
    const known = Object.keys(connectionKinds).join(', ');
    throw new NotFoundError(`there is no destination ${JSON.stringify(name.slice(0, 100))}; there are: ${known}`);
  }
  return { destination, kind };
}
