import { ChoiceField } from '../../platform/validation/fields.js';
import { PageQuery } from '../../platform/http/pagination.js';
import { ALL_NETWORKS, type AnyNetwork } from '../known-networks.js';

export class ListLedgerAccountsQuery extends PageQuery {
  @ChoiceField(ALL_NETWORKS, { optional: true }) network?: AnyNetwork;
}
