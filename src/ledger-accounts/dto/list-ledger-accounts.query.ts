import { ChoiceField } from '../../shared/fields.js';
import { PageQuery } from '../../shared/pagination.js';
import { ALL_NETWORKS, type AnyNetwork } from '../known-networks.js';

export class ListLedgerAccountsQuery extends PageQuery {
  @ChoiceField(ALL_NETWORKS, { optional: true }) network?: AnyNetwork;
}
