//! What a file can hold, and the names under which its columns are looked for.

use serde::Deserialize;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum What {
    Houses,
    Events,
    Areas,
    Base,
    Residents,
    Services,
    Units,
}

/// Something that a column can give.
pub(super) struct Target {
    pub name: &'static str,
    /// Other column names taken for it when no mapping says otherwise; the first that the file has wins.
    pub also: &'static [&'static str],
    pub needed: bool,
}

const fn needed(name: &'static str, also: &'static [&'static str]) -> Target {
    Target { name, also, needed: true }
}

const fn optional(name: &'static str, also: &'static [&'static str]) -> Target {
    Target { name, also, needed: false }
}

const HOUSES: &[Target] = &[
    needed("house_code", &["房屋编码", "房屋编号"]),
    needed("lon", &["longitude", "lng", "经度"]),
    needed("lat", &["latitude", "纬度"]),
    optional("address", &["地址", "房屋地址"]),
    optional("kind", &["类型", "房屋类型"]),
    optional("area_code", &["辖区编码", "辖区代码"]),
    optional("door_plate", &["门牌", "门牌号"]),
    optional("since", &["启用日期", "建成日期"]),
];

const EVENTS: &[Target] =
    &[needed("house_code", &["房屋编码", "房屋编号"]), needed("date", &["日期"]), needed("kind", &["事项"]), optional("voided", &["作废"])];

const AREAS: &[Target] = &[
    needed("code", &["area_code", "编码", "辖区编码", "辖区代码"]),
    needed("name", &["名称"]),
    needed("level", &["级别"]),
    optional("parent", &["上级", "上级编码"]),
];

const BASE: &[Target] = &[needed("layer", &["图层"]), optional("class", &["类别"]), optional("name", &["名称"])];

const RESIDENTS: &[Target] = &[
    needed("house_code", &["房屋编码", "房屋编号"]),
    needed("name", &["姓名"]),
    optional("id_number", &["公民身份号码", "身份证号", "身份证号码", "证件号码"]),
    optional("phone", &["电话", "联系电话", "手机号"]),
    optional("registration", &["登记类型"]),
    needed("role", &["身份"]),
    needed("from", &["入住日期", "起始日期"]),
    optional("to", &["离开日期", "截止日期"]),
];

const SERVICES: &[Target] = &[
    needed("code", &["编码", "编号"]),
    needed("name", &["名称"]),
    needed("kind", &["类型"]),
    needed("lon", &["longitude", "lng", "经度"]),
    needed("lat", &["latitude", "纬度"]),
];

const UNITS: &[Target] = &[
    needed("house_code", &["房屋编码", "房屋编号"]),
    needed("name", &["名称", "单位名称"]),
    optional("kind", &["类型", "行业"]),
    optional("credit_code", &["统一社会信用代码"]),
    optional("staff", &["从业人数"]),
    optional("from", &["起始日期"]),
    optional("to", &["截止日期"]),
];

impl What {
    pub fn targets(self) -> &'static [Target] {
        match self {
            Self::Houses => HOUSES,
            Self::Events => EVENTS,
            Self::Areas => AREAS,
            Self::Base => BASE,
            Self::Residents => RESIDENTS,
            Self::Services => SERVICES,
            Self::Units => UNITS,
        }
    }

    /// Whether a file of this kind holds personal data, which no fault may repeat.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Residents | Self::Units)
    }

    /// Whether the rows have a place on the Earth.
    pub fn has_places(self) -> bool {
        matches!(self, Self::Houses | Self::Areas | Self::Base | Self::Services)
    }

    pub fn is_target(self, name: &str) -> bool {
        self.targets().iter().any(|target| target.name == name)
    }

    /// The names of the targets, for people.
    pub fn names(self) -> String {
        self.targets().iter().map(|target| target.name).collect::<Vec<_>>().join(", ")
    }

    /// As it is written in mappings and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Houses => "houses",
            Self::Events => "events",
            Self::Areas => "areas",
            Self::Base => "base",
            Self::Residents => "residents",
            Self::Services => "services",
            Self::Units => "units",
        }
    }
}
