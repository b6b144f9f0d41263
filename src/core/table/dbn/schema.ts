/**
 * The numbers of DBN, Databento's binary encoding (https://databento.com/docs/standards-and-conventions/databento-binary-encoding).
 */

/** Schema names by id. */
export const SCHEMAS = [
  'mbo', 'mbp-1', 'mbp-10', 'tbbo', 'trades', 'ohlcv-1s', 'ohlcv-1m', 'ohlcv-1h', 'ohlcv-1d', 'definition', 'statistics', 'status', 'imbalance',
  'ohlcv-eod', 'cmbp-1', 'cbbo-1s', 'cbbo-1m', 'tcbbo', 'bbo-1s', 'bbo-1m',
] as const;
export type Schema = (typeof SCHEMAS)[number];

/** The bar schemas and the record type of each. */
export const BAR_RTYPES: Readonly<Partial<Record<Schema, number>>> = { 'ohlcv-1s': 0x20, 'ohlcv-1m': 0x21, 'ohlcv-1h': 0x22, 'ohlcv-1d': 0x23, 'ohlcv-eod': 0x24 };

/** Symbology types by id. */
export const STYPES = [
  'instrument_id', 'raw_symbol', 'smart', 'continuous', 'parent', 'nasdaq_symbol', 'cms_symbol', 'isin', 'us_code', 'bbg_comp_id', 'bbg_comp_ticker', 'figi',
  'figi_ticker',
] as const;
export type SymbologyType = (typeof STYPES)[number];

export type Version = 1 | 2 | 3;

/** In `schema`: records of several schemas. */
export const NO_SCHEMA = 0xffff;
/** In `stype_in`: none. */
export const NO_STYPE = 0xff;
/** No such instant, and no end. */
export const UNDEFINED_TIME = 0xffff_ffff_ffff_ffffn;
/** No such price. */
export const UNDEFINED_PRICE = 0x7fff_ffff_ffff_ffffn;

/** Bytes of a bar's record, without and with the sending time that `ts_out` adds. */
export const BAR_BYTES = 56;
export const TS_OUT_BYTES = 8;

/** Bytes of a fixed-size symbol in version 1; later headers tell. */
export const SYMBOL_BYTES_V1 = 22;
export const SYMBOL_BYTES = 71;
