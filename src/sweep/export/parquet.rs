//! Parquet: one row group, every column optional, compressed by snappy. Spins are text, as in the CSV.

use super::{Provenance, failed};
use crate::error::{Error, Result};
use crate::sweep::columns::{Column, Table, Values};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use serde_json::Value;
use std::sync::Arc;

pub(super) fn write(table: &Table, provenance: &Provenance) -> Result<Vec<u8>> {
    // Text stays as it is, numbers and objects are JSON.
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), String::from);
    let metadata = provenance
        .metadata(table)
        .into_iter()
        .map(|(key, value)| KeyValue::new(key.to_string(), text(&value)));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("replicon {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(metadata.collect()))
        .build();
    let write = || -> std::result::Result<Vec<u8>, ParquetError> {
        let fields = table.columns.iter().map(field).collect::<std::result::Result<_, _>>()?;
        let schema = Arc::new(Type::group_type_builder(table.name).with_fields(fields).build()?);
        let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
        let mut group = file.next_row_group()?;
        table.columns.iter().try_for_each(|column| column_chunk(&mut group, column))?;
        group.close()?;
        file.into_inner()
    };
    write().map_err(parquet_failed)
}

fn parquet_failed(cause: ParquetError) -> Error {
    failed("Parquet", cause)
}

/// The type of a column, which may be missing in any row.
fn field(column: &Column) -> std::result::Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.values {
        Values::Real(_) => (Physical::DOUBLE, None),
        Values::Whole(_) => (Physical::INT64, None),
        Values::Flag(_) => (Physical::BOOLEAN, None),
        Values::Text(_) | Values::Spins(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let built = Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_repetition(Repetition::OPTIONAL)
        .build()?;
    Ok(Arc::new(built))
}

type Group<'f> = SerializedRowGroupWriter<'f, Vec<u8>>;

fn column_chunk(group: &mut Group<'_>, column: &Column) -> std::result::Result<(), ParquetError> {
    let bytes = |text: &str| ByteArray::from(text.as_bytes().to_vec());
    match &column.values {
        Values::Real(values) => values_of::<DoubleType>(group, values.iter().copied()),
        Values::Whole(values) => values_of::<Int64Type>(group, values.iter().copied()),
        Values::Flag(values) => values_of::<BoolType>(group, values.iter().copied()),
        Values::Text(values) => {
            values_of::<ByteArrayType>(group, values.iter().map(|text| text.as_deref().map(bytes)))
        }
        Values::Spins(values) => {
            values_of::<ByteArrayType>(group, (0..values.len()).map(|row| Some(bytes(&column.text(row)))))
        }
    }
}

/// Values that are there, and a definition level for each row: 1 where one is.
fn values_of<T: DataType>(
    group: &mut Group<'_>,
    values: impl Iterator<Item = Option<T::T>>,
) -> std::result::Result<(), ParquetError> {
    let Some(mut writer) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".into()));
    };
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    writer.typed::<T>().write_batch(&present, Some(&levels), None)?;
    writer.close()
}
