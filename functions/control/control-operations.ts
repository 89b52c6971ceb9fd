import type { AuditLog } from '../../core/audit/audit-log.ts';
import type { Registry } from '../../core/catalog/registry.ts';
import type { TenantLimits } from '../../core/limits/tenant-limits.ts';
import type { Keys } from '../../core/tenancy/keys.ts';
import type { Offboarding } from '../../core/tenancy/offboarding.ts';
import type { TenantExport } from '../../core/tenancy/tenant-export.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import { BilledUsage } from '../billed-usage.ts';
import type { BillingAccess } from '../billing-access.ts';
import type { Operations } from '../dispatch.ts';
import { auditOperations } from './audit-operations.ts';
import { billedUsageOperations } from './billed-usage-operations.ts';
import { creditOperations } from './credit-operations.ts';
import { type ExportOperationsDependencies, exportOperations } from './export-operations.ts';
import { type FocusOperationsDependencies, focusOperations } from './focus-operations.ts';
import { invoiceOperations } from './invoice-operations.ts';
import { keyOperations } from './key-operations.ts';
import { limitOperations } from './limit-operations.ts';
import { type MeteringDependencies, meteringOperations } from './metering-operations.ts';
import { modelOperations } from './model-operations.ts';
import { offboardingOperations } from './offboarding-operations.ts';
import { priceOperations } from './price-operations.ts';
import { type ReconcileOperationsDependencies, reconcileOperations } from './reconcile-operations.ts';
import { tenantOperations } from './tenant-operations.ts';

/** What the control API is made of. */
export interface ControlDependencies {
  readonly tenants: Tenants;
  readonly keys: Keys;
  readonly limits: TenantLimits;
  readonly offboarding: Offboarding;
  readonly tenantExport: TenantExport;
  readonly audit: AuditLog;
  readonly registry: Registry;
  readonly metering: Omit<MeteringDependencies, 'tenants' | 'audit'>;
  readonly billing: BillingAccess;
  readonly focus: FocusOperationsDependencies;
  readonly exporting: Omit<ExportOperationsDependencies, 'tenants' | 'audit'>;
  readonly reconciling: Omit<ReconcileOperationsDependencies, 'tenants'>;
}

/** All routes of the control API. */
export const controlOperations = ({
  tenants,
  keys,
  limits,
  offboarding,
  tenantExport,
  audit,
  registry,
  metering,
  billing,
  focus,
  exporting,
  reconciling,
}: ControlDependencies): Operations => ({
  ...tenantOperations(tenants, limits),
  ...offboardingOperations(offboarding, tenantExport),
  ...keyOperations(keys),
  ...limitOperations(limits, tenants, audit),
  ...meteringOperations({ ...metering, tenants, audit }),
  ...billedUsageOperations(new BilledUsage(billing, metering.access, metering.now), tenants),
  ...modelOperations(registry, audit),
  ...auditOperations(audit),
  ...priceOperations(billing.prices, registry, audit),
  ...invoiceOperations(billing.invoices, { ...metering.access, now: metering.now }, tenants, audit),
  ...focusOperations(focus),
  ...creditOperations(billing.credits, tenants, audit),
  ...exportOperations({ ...exporting, tenants, audit }),
  ...reconcileOperations({ ...reconciling, tenants }),
});
