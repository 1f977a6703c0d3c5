//! What the modifiers of a line say together.

use super::rules::{ModifierEffect, Rules, Share};
use openclaim_claim::Modifier;

/// The row of the relative value file that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Component {
    #[default]
    Global,
    Professional,
    Technical,
    Discontinued,
}

/// Who operates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Role {
    #[default]
    Surgeon,
    /// Share of the fee, and whether it holds the practitioner's own reduction.
    Assistant(Share, bool),
    CoSurgeon(Share),
    Team,
}

/// Which part of the global package is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Split {
    #[default]
    Whole,
    Surgery,
    Postoperative,
    Return,
}

/// Who gives anesthesia.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Share(Share),
    Supervised,
}

/// The modifiers of a line, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Modifiers {
    pub(super) component: Component,
    pub(super) bilateral: bool,
    pub(super) left: bool,
    pub(super) right: bool,
    pub(super) site: bool,
    pub(super) separate_session: bool,
    pub(super) role: Role,
    pub(super) split: Split,
    pub(super) technical: Option<Share>,
    pub(super) direction: Option<Direction>,
    /// Priced by a person at the contractor.
    pub(super) by_documentation: Option<Modifier>,
    pub(super) not_payable: Option<Modifier>,
}

/// Why modifiers cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ModifierFault {
    Unknown(Modifier),
    /// It contradicts one before it.
    Contradiction(Modifier),
}

impl Modifiers {
    #[inline]
    pub(super) fn read(rules: &Rules, modifiers: &[Modifier]) -> Result<Self, ModifierFault> {
        let mut read = Self::default();
        for (at, &modifier) in modifiers.iter().enumerate() {
            // The same modifier twice says nothing new.
            if modifiers.iter().take(at).any(|&before| before == modifier) {
                continue;
            }
            let effect = rules.modifier(modifier).ok_or(ModifierFault::Unknown(modifier))?;
            read.take(modifier, effect)?;
        }
        Ok(read)
    }

    fn take(&mut self, modifier: Modifier, effect: ModifierEffect) -> Result<(), ModifierFault> {
        let once = |taken: bool| if taken { Err(ModifierFault::Contradiction(modifier)) } else { Ok(()) };
        match effect {
            ModifierEffect::None => {}
            ModifierEffect::Professional => self.component(Component::Professional, modifier)?,
            ModifierEffect::Technical => self.component(Component::Technical, modifier)?,
            ModifierEffect::Discontinued => self.component(Component::Discontinued, modifier)?,
            ModifierEffect::Bilateral => self.bilateral = true,
            ModifierEffect::Left => self.left = true,
            ModifierEffect::Right => self.right = true,
            ModifierEffect::Site => self.site = true,
            ModifierEffect::SeparateSession => self.separate_session = true,
            ModifierEffect::Assistant(share) => self.role(Role::Assistant(share, false), modifier)?,
            ModifierEffect::AssistantPractitioner(share) => match self.role {
                // AS beside 80, 81 or 82 says who assists, not that there are two of them.
                Role::Surgeon | Role::Assistant(..) => self.role = Role::Assistant(share, true),
                Role::CoSurgeon(_) | Role::Team => return Err(ModifierFault::Contradiction(modifier)),
            },
            ModifierEffect::CoSurgeon(share) => self.role(Role::CoSurgeon(share), modifier)?,
            ModifierEffect::Team => self.role(Role::Team, modifier)?,
            ModifierEffect::SplitSurgery => self.split(Split::Surgery, modifier)?,
            ModifierEffect::SplitPostoperative => self.split(Split::Postoperative, modifier)?,
            ModifierEffect::SplitReturn => self.split(Split::Return, modifier)?,
            ModifierEffect::TechnicalShare(share) => {
                once(self.technical.is_some())?;
                self.technical = Some(share);
            }
            ModifierEffect::AnesthesiaPersonal(share) | ModifierEffect::AnesthesiaDirected(share) => {
                once(self.direction.is_some())?;
                self.direction = Some(Direction::Share(share));
            }
            ModifierEffect::AnesthesiaSupervised => {
                once(self.direction.is_some())?;
                self.direction = Some(Direction::Supervised);
            }
            ModifierEffect::ByDocumentation => self.by_documentation = Some(modifier),
            ModifierEffect::NotPayable => self.not_payable = Some(modifier),
        }
        Ok(())
    }

    fn component(&mut self, component: Component, modifier: Modifier) -> Result<(), ModifierFault> {
        if self.component != Component::Global {
            return Err(ModifierFault::Contradiction(modifier));
        }
        self.component = component;
        Ok(())
    }

    fn role(&mut self, role: Role, modifier: Modifier) -> Result<(), ModifierFault> {
        match (self.role, role) {
            (Role::Surgeon, _) => self.role = role,
            (Role::Assistant(_, true), Role::Assistant(..)) => {}
            _ => return Err(ModifierFault::Contradiction(modifier)),
        }
        Ok(())
    }

    fn split(&mut self, split: Split, modifier: Modifier) -> Result<(), ModifierFault> {
        if self.split != Split::Whole {
            return Err(ModifierFault::Contradiction(modifier));
        }
        self.split = split;
        Ok(())
    }

    /// Whether one line says both sides.
    pub(super) fn both_sides(&self) -> bool {
        self.bilateral || (self.left && self.right)
    }
}
