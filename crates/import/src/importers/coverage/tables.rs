//! The tables of the exports, as their data dictionaries describe them.

/// Which export a table belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Export {
    /// Articles.
    Article,
    /// Local coverage determinations.
    Lcd,
    /// National coverage determinations.
    Ncd,
    /// Contractors, states and periods, which the exports of articles and of determinations both have.
    Lookup,
}

pub(super) const EXPORTS: [Export; 4] = [Export::Article, Export::Lcd, Export::Ncd, Export::Lookup];

impl Export {
    pub(super) fn family(self) -> &'static str {
        match self {
            Self::Article => "mcd-article",
            Self::Lcd => "mcd-lcd",
            Self::Ncd => "mcd-ncd",
            Self::Lookup => "mcd-lookup",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Article => "Medicare Coverage Database, Articles",
            Self::Lcd => "Medicare Coverage Database, Local Coverage Determinations",
            Self::Ncd => "Medicare Coverage Database, National Coverage Determinations",
            Self::Lookup => "Medicare Coverage Database, Contractors and Look-ups",
        }
    }
}

/// A table of an export.
#[derive(Debug)]
pub(super) struct TableSpec {
    /// Name of the relation. The export's own name is longer than a relation's may be: `article_x_bill_code` is
    /// `article/bill_code`.
    pub(super) table: &'static str,
    pub(super) export: Export,
    /// The columns that must be there, parted by blanks.
    columns: &'static str,
    /// The columns that identify a row.
    pub(super) key: &'static [&'static str],
    /// Whether the dictionary has more columns than those that are asked for here.
    pub(super) open: bool,
}

impl TableSpec {
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.split_ascii_whitespace()
    }
}

const fn table(
    table: &'static str,
    export: Export,
    columns: &'static str,
    key: &'static [&'static str],
    open: bool,
) -> TableSpec {
    TableSpec { table, export, columns, key, open }
}

#[rustfmt::skip]
pub(super) const TABLES: &[TableSpec] = &[
    table("article/article", Export::Article,
        "article_id article_version article_type title article_pub_date article_eff_date article_end_date status article_rev_end_date date_retired display_id",
        &["article_id", "article_version"], true),
    table("article/bill_code", Export::Article,
        "article_id article_version bill_code_id bill_code_version last_updated description",
        &["article_id", "article_version", "bill_code_id"], false),
    table("article/code_table", Export::Article,
        "article_id article_version article_type code_table_row brand_name eff_date end_date comments hcpc_code_id hcpc_code_version last_updated short_description long_description",
        &["article_id", "article_version", "code_table_row"], false),
    table("article/contractor", Export::Article,
        "article_id article_version article_type contractor_id contractor_type_id contractor_version last_updated",
        &["article_id", "article_version", "contractor_id", "contractor_type_id", "contractor_version"], false),
    table("article/future_retire", Export::Article,
        "article_id retire_dt",
        &["article_id"], false),
    table("article/hcpc_code", Export::Article,
        "article_id article_version hcpc_code_id hcpc_code_version hcpc_code_group range last_updated long_description short_description",
        &["article_id", "article_version", "hcpc_code_id", "hcpc_code_group"], false),
    table("article/hcpc_code_group", Export::Article,
        "article_id article_version hcpc_code_group paragraph last_updated",
        &["article_id", "article_version", "hcpc_code_group"], false),
    table("article/hcpc_modifier", Export::Article,
        "article_id article_version hcpc_modifier_code_id hcpc_modifier_code_version hcpc_modifier_group last_updated description",
        &["article_id", "article_version", "hcpc_modifier_code_id", "hcpc_modifier_group"], false),
    table("article/hcpc_modifier_group", Export::Article,
        "article_id article_version hcpc_modifier_group paragraph last_updated",
        &["article_id", "article_version", "hcpc_modifier_group"], false),
    table("article/icd10_covered", Export::Article,
        "article_id article_version icd10_code_id icd10_code_version icd10_covered_group range last_updated sort_order description asterisk",
        &["article_id", "article_version", "icd10_code_id", "icd10_covered_group", "sort_order"], false),
    table("article/icd10_covered_group", Export::Article,
        "article_id article_version icd10_covered_group paragraph last_updated icd10_covered_ast",
        &["article_id", "article_version", "icd10_covered_group"], false),
    table("article/icd10_noncovered", Export::Article,
        "article_id article_version icd10_code_id icd10_code_version icd10_noncovered_group range last_updated sort_order description",
        &["article_id", "article_version", "icd10_code_id", "icd10_noncovered_group", "sort_order"], false),
    table("article/icd10_noncovered_group", Export::Article,
        "article_id article_version icd10_noncovered_group paragraph last_updated",
        &["article_id", "article_version", "icd10_noncovered_group"], false),
    table("article/icd10_pcs_code", Export::Article,
        "article_id article_version range last_updated sort_order icd10_pcs_code_id icd10_pcs_code_version icd10_pcs_code_group description",
        &["article_id", "article_version", "icd10_pcs_code_group", "icd10_pcs_code_id", "sort_order"], false),
    table("article/icd10_pcs_code_group", Export::Article,
        "article_id article_version last_updated icd10_pcs_code_group paragraph",
        &["article_id", "article_version", "icd10_pcs_code_group"], false),
    table("article/other_coding_group", Export::Article,
        "article_id article_version other_coding_group paragraph codes last_updated",
        &["article_id", "article_version", "other_coding_group"], false),
    table("article/primary_jurisdiction", Export::Article,
        "article_id article_version state_id last_updated",
        &["article_id", "article_version", "state_id"], false),
    table("article/related_documents", Export::Article,
        "article_id article_version related_num r_article_id r_article_version r_lcd_id r_lcd_version r_contractor_id last_updated",
        &["article_id", "article_version", "related_num"], false),
    table("article/related_ncd_documents", Export::Article,
        "article_id article_version related_num r_ncd_id r_ncd_version last_updated",
        &["article_id", "article_version", "related_num"], false),
    table("article/related_source_icd9", Export::Article,
        "article_id article_version related_num source_article_id last_updated",
        &["article_id", "article_version", "related_num"], false),
    table("article/revenue_code", Export::Article,
        "article_id article_version revenue_code_id revenue_code_version range last_updated description",
        &["article_id", "article_version", "revenue_code_id"], false),
    table("article/sticky_note", Export::Article,
        "article_id article_version sticky_note_version sticky_note sticky_note_dt sticky_note_posting_dt",
        &["article_id", "article_version", "sticky_note_version"], false),
    table("article/type_lookup", Export::Article,
        "article_type_id description last_updated",
        &["article_type_id"], false),
    table("article/url_type_lookup", Export::Article,
        "url_type_id description sort_order last_updated",
        &["url_type_id"], false),
    table("article/urls", Export::Article,
        "article_id article_version url_type_id url_id url url_name sort_order last_updated url_description",
        &["article_id", "article_version", "url_type_id", "url_id"], false),
    table("lcd/advisory_committee", Export::Lcd,
        "lcd_id lcd_version meeting_id meeting_date meeting_info sort_order last_updated",
        &["lcd_id", "lcd_version", "meeting_id"], false),
    table("lcd/contractor", Export::Lcd,
        "lcd_id lcd_version contractor_id contractor_type_id contractor_version last_updated",
        &["lcd_id", "lcd_version", "contractor_id", "contractor_type_id", "contractor_version"], false),
    table("lcd/draft_contact_lookup", Export::Lcd,
        "contact_id email_address first_name middle_initial last_name phone address1 address2 address3 city state_id zipcode last_updated p_ext",
        &["contact_id"], false),
    table("lcd/future_retire", Export::Lcd,
        "lcd_id retire_dt",
        &["lcd_id"], false),
    table("lcd/hcpc_code", Export::Lcd,
        "lcd_id lcd_version hcpc_code_id hcpc_code_version hcpc_code_group range last_updated long_description short_description",
        &["lcd_id", "lcd_version", "hcpc_code_id", "hcpc_code_group"], false),
    table("lcd/hcpc_code_group", Export::Lcd,
        "lcd_id lcd_version hcpc_code_group paragraph last_updated",
        &["lcd_id", "lcd_version", "hcpc_code_group"], false),
    table("lcd/lcd", Export::Lcd,
        "lcd_id lcd_version title orig_det_eff_date rev_eff_date rev_end_date display_id date_retired",
        &["lcd_id", "lcd_version"], true),
    table("lcd/primary_jurisdiction", Export::Lcd,
        "lcd_id lcd_version state_id last_updated",
        &["lcd_id", "lcd_version", "state_id"], false),
    table("lcd/reason_change", Export::Lcd,
        "lcd_id lcd_version reason_change_id reason_change_version last_updated reason_change_other",
        &["lcd_id", "lcd_version", "reason_change_id", "reason_change_version"], false),
    table("lcd/reason_change_lookup", Export::Lcd,
        "reason_change_id reason_change_version description last_updated sort_order",
        &["reason_change_id", "reason_change_version"], false),
    table("lcd/related_documents", Export::Lcd,
        "lcd_id lcd_version related_num r_article_id r_article_version r_lcd_id r_lcd_version r_contractor_id last_updated",
        &["lcd_id", "lcd_version", "related_num"], false),
    table("lcd/related_ncd_documents", Export::Lcd,
        "lcd_id lcd_version related_num r_ncd_id r_ncd_version last_updated",
        &["lcd_id", "lcd_version", "related_num"], false),
    table("lcd/related_source_icd9", Export::Lcd,
        "lcd_id lcd_version related_num source_lcd_id last_updated",
        &["lcd_id", "lcd_version", "related_num"], false),
    table("lcd/requestor_letters", Export::Lcd,
        "lcd_id lcd_version letter_id requestor_name letter_path size sort_order last_updated",
        &["lcd_id", "lcd_version", "letter_id"], false),
    table("lcd/revision_history", Export::Lcd,
        "lcd_id lcd_version rev_hist_num rev_hist_date rev_hist_exp",
        &["lcd_id", "lcd_version", "rev_hist_num"], true),
    table("lcd/sticky_note", Export::Lcd,
        "lcd_id lcd_version sticky_note_version sticky_note sticky_note_dt sticky_note_posting_dt",
        &["lcd_id", "lcd_version", "sticky_note_version"], false),
    table("lcd/synopsis_changes_fields", Export::Lcd,
        "lcd_id lcd_version synopsis_changes_field_id last_updated",
        &["lcd_id", "lcd_version", "synopsis_changes_field_id"], false),
    table("lcd/synopsis_fields_lookup", Export::Lcd,
        "synopsis_changes_field_id field_name field_anchor mcd_field_name mcd_field_anchor",
        &["synopsis_changes_field_id"], false),
    table("lcd/url_type_lookup", Export::Lcd,
        "url_type_id description sort_order last_updated",
        &["url_type_id"], false),
    table("lcd/urls", Export::Lcd,
        "lcd_id lcd_version url_type_id url_id url url_name sort_order last_updated url_description",
        &["lcd_id", "lcd_version", "url_type_id", "url_id"], false),
    table("ncd/benefit_category", Export::Ncd,
        "bnft_ctgry_cd bnft_ctgry_desc",
        &["bnft_ctgry_cd"], false),
    table("ncd/benefit_xref", Export::Ncd,
        "ncd_id ncd_vrsn_num bnft_ctgry_cd",
        &["ncd_id", "ncd_vrsn_num", "bnft_ctgry_cd"], true),
    table("ncd/ncd", Export::Ncd,
        "ncd_id ncd_vrsn_num natl_cvrg_type cvrg_lvl_cd ncd_mnl_sect ncd_mnl_sect_title ncd_efctv_dt ncd_impltn_dt ncd_trmntn_dt itm_srvc_desc indctn_lmtn",
        &["ncd_id", "ncd_vrsn_num"], true),
    table("ncd/publication", Export::Ncd,
        "pblctn_cd pblctn_num pblctn_title",
        &["pblctn_cd"], false),
    table("mcd/contractor", Export::Lookup,
        "contractor_id contractor_type_id contractor_version contractor_bus_name contractor_number dmerc_rgn address1 address2 address3 city state_id zipcode phone fax status last_updated url email ignore status_flag cmd_name cmd_title contractor_subtype_id",
        &["contractor_id", "contractor_type_id", "contractor_version"], false),
    table("mcd/contractor_jurisdiction", Export::Lookup,
        "contractor_id contractor_type_id contractor_version state_id last_updated active_date term_date",
        &["contractor_id", "contractor_type_id", "contractor_version", "state_id"], false),
    table("mcd/contractor_oversight", Export::Lookup,
        "contractor_id contractor_type_id contractor_version region_id last_updated",
        &["contractor_id", "contractor_type_id", "contractor_version", "region_id"], false),
    table("mcd/contractor_subtype_lookup", Export::Lookup,
        "contractor_subtype_id description",
        &["contractor_subtype_id"], false),
    table("mcd/contractor_type_lookup", Export::Lookup,
        "contractor_type_id description",
        &["contractor_type_id"], false),
    table("mcd/dmerc_region_lookup", Export::Lookup,
        "region_id description psc_description mac_description super_mac_description",
        &["region_id"], false),
    table("mcd/region_lookup", Export::Lookup,
        "region_id description",
        &["region_id"], false),
    table("mcd/state_lookup", Export::Lookup,
        "state_id state_abbrev description",
        &["state_id"], false),
    table("mcd/state_x_region", Export::Lookup,
        "state_id region_id",
        &["state_id", "region_id"], false),
    table("mcd/update_period", Export::Lookup,
        "period_id begin_date dis_end_date",
        &["period_id"], false),
];
