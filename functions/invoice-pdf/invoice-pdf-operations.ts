import type { ApiRequest } from '../../core/api/api-request.ts';
import type { ApiResponse } from '../../core/api/api-response.ts';
import type { Invoices } from '../../core/billing/invoice/invoices.ts';
import { invoicePdf } from '../../core/billing/invoice/pdf/invoice-pdf.ts';
import type { PdfFonts } from '../../core/billing/invoice/pdf/pdf-fonts.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { findTenant } from '../../core/tenancy/find-tenant.ts';
import { tenantCaller } from '../account/tenant-caller.ts';
import { pathParameter } from '../control/path-parameter.ts';
import type { Operations } from '../dispatch.ts';

interface Dependencies {
  readonly tenants: DynamoDBTenants;
  readonly invoices: Pick<Invoices, 'show'>;
  readonly fonts: PdfFonts;
}

/** The routes `account.invoice-pdf` and `invoices.pdf`. */
export function invoicePdfOperations({ tenants, invoices, fonts }: Dependencies): Operations {
  const pdf = async (request: ApiRequest, tenant: string): Promise<ApiResponse> => {
    const invoice = await invoices.show(await findTenant(tenants, tenant), pathParameter(request, 'invoice'));
    return {
      status: 200,
      headers: {
        'content-type': 'application/pdf',
        'content-disposition': `attachment; filename="${invoice.number ?? `draft-${invoice.month}`}.pdf"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
      // An invoice's text has 360 kB at most, and is smaller as a PDF: it always fits into an answer.
      body: await invoicePdf(invoice, fonts),
    };
  };
  return {
    'account.invoice-pdf': (request) => pdf(request, tenantCaller(request).tenant),
    'invoices.pdf': (request) => pdf(request, pathParameter(request, 'tenant')),
  };
}
