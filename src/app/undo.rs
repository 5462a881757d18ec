//! Taking an import back, as one.

use super::{App, Caller, Conflict, Refusal, publish::keep_public};
use crate::{
    domain::access::Right,
    store::{ImportRecord, Touched},
};

impl App {
    /// Undoes an import: houses become what they were, observations count as never made, areas, base shapes, residents, service
    /// points and units go.
    /// Refused whole when something later rests on it.
    pub async fn undo_import(&self, caller: &Caller, id: &str) -> Result<ImportRecord, Refusal> {
        caller.must(Right::Import)?;
        let conflict = |conflict, detail: String| Refusal::Conflict { conflict, detail };
        let mut write = self.store.begin(Self::now_ms()).await?;
        let import = write.import(id).await?.ok_or_else(|| Refusal::NotFound { what: "import", name: id.chars().take(80).collect() })?;
        if import.undone_at_ms.is_some() {
            return Err(conflict(Conflict::AlreadyUndone, "this import is already undone".to_owned()));
        }
        let scope = match import.what.as_str() {
            "houses" => {
                let again = write.changed_again(id).await?;
                if again > 0 {
                    return Err(conflict(Conflict::ChangedAgain, format!("{again} of its houses were changed by a later import; undo that one first")));
                }
                let mut restored = Vec::new();
                for (code, before) in write.kept_before(id).await? {
                    match before {
                        Some(record) => restored.push(record),
                        None if write.remove_house(&code).await? => {}
                        None => {
                            return Err(conflict(
                                Conflict::HasEvents,
                                format!("something was recorded about house {code}; undo the import of events first, or keep the house"),
                            ));
                        }
                    }
                }
                write.put_houses(&restored).await?;
                Touched::Houses
            }
            "events" => {
                let codes = write.houses_of_import(id).await?;
                let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
                keep_public(&mut write, &self.rulebook(), &codes, self.today()).await?;
                write.void_import(id, self.today(), &caller.name).await?;
                Touched::Houses
            }
            "areas" if import.changed > 0 => {
                return Err(conflict(
                    Conflict::ReplacedOthers,
                    "this import replaced areas whose former boundaries are not kept; import those again instead".to_owned(),
                ));
            }
            "areas" => {
                // Houses that found an area by it have none again.
                let again = write.changed_again(id).await?;
                if again > 0 {
                    return Err(conflict(
                        Conflict::ChangedAgain,
                        format!("{again} houses that it gave an area were changed by a later import; undo that one first"),
                    ));
                }
                let restored: Vec<_> = write.kept_before(id).await?.into_iter().filter_map(|(_, before)| before).collect();
                write.put_houses(&restored).await?;
                write.remove_areas(id).await?;
                Touched::All
            }
            "services" if import.changed > 0 => {
                return Err(conflict(
                    Conflict::ReplacedOthers,
                    "this import replaced service points that are not kept as they were; import those again instead".to_owned(),
                ));
            }
            "services" => {
                write.remove_services(id).await?;
                Touched::Houses
            }
            "residents" | "units" if import.changed > 0 => {
                return Err(conflict(
                    Conflict::ReplacedOthers,
                    "this import also ended residencies or changed what was known, which is not kept; end what is wrong one by one instead".to_owned(),
                ));
            }
            "residents" => {
                let ended = write.ended_since(id).await?;
                if ended > 0 {
                    return Err(conflict(Conflict::ChangedAgain, format!("{ended} of its residencies were ended since; end the others one by one instead")));
                }
                write.remove_residents(id).await?;
                Touched::Houses
            }
            "units" => {
                write.remove_units(id).await?;
                Touched::Units
            }
            _ => {
                write.remove_base_shapes(id).await?;
                Touched::All
            }
        };
        write.note_undone(id, &caller.name).await?;
        write.commit(caller.audit("undo_import", id, serde_json::json!({ "what": import.what })), scope).await?;
        self.catch_up().await?;
        Ok(import)
    }
}
