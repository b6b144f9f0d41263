import type { Cell, CellValue, PriceRole } from '../../protocol/cell';
import { grouped, t } from '../words';

/** What a cell means, in words. */

/** `open · column 2 of 6` */
export function cellTitle({ column, columns, value }: Cell): string {
  return value.kind === 'extra' ? t('cell {0}, of {1} columns', column, columns) : t('column {0} of {1}', column, columns);
}

/** Further lines; none when there is nothing to say beyond what stands there. */
export function cellLines(value: CellValue): string[] {
  switch (value.kind) {
    case 'instant':
      return [value.utc, value.eastern, ...(value.own === undefined ? [] : [value.own])];
    case 'local':
      return [t('{0}, in a zone that is not known', value.clock)];
    case 'twice':
      return [t('{0} was twice: {1} and {2}', value.clock, value.earlier, value.later)];
    case 'never':
      return [t('{0} never was: clocks were turned forward over it', value.clock)];
    case 'number':
      return [`${roleName(value.role)}: ${value.value.toLocaleString('en-US', { maximumFractionDigits: 12 })}`];
    case 'sequence':
      return [t('row {0} in the order of writing', grouped(value.value))];
    case 'checksum':
      return [value.holds ? t('The checksum holds: the row is what its writer wrote.') : t('The checksum does not hold: the row is not what its writer wrote.')];
    case 'invalid':
      return [notA(value.wanted)];
    case 'extra':
      return [t('There is no column for this cell.')];
    case 'header':
    case 'instrument':
    case 'text':
      return [];
  }
}

function roleName(role: PriceRole): string {
  switch (role) {
    case 'open':
      return t('opening price');
    case 'high':
      return t('highest price');
    case 'low':
      return t('lowest price');
    case 'close':
      return t('closing price');
    case 'price':
      return t('price of the trade');
    case 'quote':
      return t('price offered');
    case 'volume':
      return t('volume');
  }
}

function notA(wanted: (CellValue & { kind: 'invalid' })['wanted']): string {
  switch (wanted) {
    case 'time':
      return t('not a time as the rows around it have it');
    case 'number':
      return t('not a number');
    case 'sequence':
      return t('not a whole number from 1 on');
    case 'checksum':
      return t('not a checksum of 64 digits, or not of this row');
  }
}
