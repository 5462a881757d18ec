//! How values of the domain look in the OpenAPI document. The domain itself knows nothing of it.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat,
        schema::{SchemaType, Type},
    },
};

use crate::domain::{
    access::{Right, Role},
    day::Day,
    house::HouseKind,
    inspection::{Duty, Outcome},
    points::Points,
    tier::{Standing, Tier},
    words::Words,
};

macro_rules! schema {
    ($($type:ty = $name:literal: $schema:expr;)*) => { $(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                Schema::Object($schema.build()).into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )* };
}

schema! {
    Day = "Day": of(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).description(Some("YYYY-MM-DD"));
    Points = "Points": of(Type::Number).description(Some("points, at most two decimals"));
    Tier = "Tier": words(Tier::ALL.map(Tier::as_str));
    Standing = "Standing": words(Standing::ALL.map(Standing::as_str)).description(Some("`unrated`: let but not assessed yet; `none`: not let"));
    HouseKind = "HouseKind": words(HouseKind::ALL.map(HouseKind::as_str));
    Duty = "Duty": of(Type::String).enum_values(Some(Duty::ALL.iter().map(|duty| duty.as_str())));
    Outcome = "Outcome": of(Type::String).enum_values(Some(Outcome::ALL.iter().map(|outcome| outcome.as_str()))).description(Some("`refused`: entry was refused"));
    Role = "Role": words(Role::ALL.map(Role::as_str));
    Right = "Right": of(Type::String);
    Words = "Words": of(Type::Object).property("zh", of(Type::String)).property("en", of(Type::String)).required("zh").required("en");
}

fn of(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(kind))
}

fn words<const N: usize>(values: [&'static str; N]) -> ObjectBuilder {
    of(Type::String).enum_values(Some(values))
}
