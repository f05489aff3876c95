"""By which names the interfaces of job boards call the parts of an advert: one table for all of them.

Names are compared in lower case without anything but letters and digits; a dot goes into an object. Best first.
Known by it: Greenhouse, Lever, hh.ru, RemoteOK, Workday, Ashby, SmartRecruiters, Recruitee, Workable, Personio,
USAJOBS, Remotive, Arbeitnow, Jobicy, The Muse, Adzuna, France Travail, StartupJobs, Dobrý šéf, Adecco's boards, and
feeds like theirs.
"""

TITLE = (
    "title", "jobtitle", "position", "positionname", "positiontitle", "vacancyname", "intitule", "name", "text",
)  # fmt: skip
LINK = (
    "alternateurl", "absoluteurl", "hostedurl", "joburl", "jobposturl", "careersurl", "canonicalurl", "landingpage",
    "refs.landingpage", "postingurl", "positionuri", "externalurl", "publicurl", "detailurl", "permalink",
    "originoffre.urlorigine", "origineoffre.urlorigine", "redirecturl", "link", "url", "applybaseuri",
    "applicationurl", "applyurl", "externalpath", "ref",
)  # fmt: skip
NUMBER = (
    "id", "jobid", "shortcode", "referencenumber", "jobreqid", "requisitionid", "reqid", "uuid", "guid",
    "bulletfields", "positionid", "slug",
)  # fmt: skip
AUTHOR = (
    "company", "companyname", "hiringorganization", "employer", "employername", "organization", "organisation",
    "orgname", "organizationname", "subcompany", "startup", "advertiser", "client", "entreprise", "recruiter",
    "branchsummary", "brand",
)  # fmt: skip
POSTED = (
    "firstpublished", "publishedat", "publishedon", "publisheddate", "dateposted", "postedat", "postedon",
    "posteddate", "postingstartdate", "publicationstartdate", "publicationdate", "datepublished", "pubdate",
    "releaseddate", "posted", "published", "date", "datecreation", "datestart", "createdat", "createdon", "created",
    "datecreated", "epoch",
)  # fmt: skip
# Workday's start is that of the posting; elsewhere it is that of the work.
STARTED = ("startdate",)
UPDATED = ("updatedat", "lastupdate", "lastupdated", "updated", "dateupdated", "modified", "dateactualisation")
EXPIRES = ("validthrough", "expiresat", "expirationdate", "dateexpired", "enddate", "closingdate")
PLACE = (
    "location", "locations", "locationstext", "joblocation", "categories.location", "candidaterequiredlocation",
    "jobgeo", "cities", "area", "lieutravail", "positionlocationdisplay", "office", "address", "city", "region",
    "state", "country",
)  # fmt: skip
# Parts of one place that stand in the advert itself.
PLACE_PARTS = ("city", "state", "country")
SALARY = ("salary", "salaryrange", "compensation", "salarydetail", "salaire", "payrange")
LOWEST = ("salarymin", "minsalary", "annualsalarymin", "salaryminimum")
HIGHEST = ("salarymax", "maxsalary", "annualsalarymax", "salarymaximum")
CURRENCY = ("salarycurrency", "currency")
WORK_TYPE = (
    "employmenttype", "jobtypes", "jobtype", "categories.commitment", "commitment", "contracttype",
    "typeofemployment", "timetype", "employment",
)  # fmt: skip
REMOTE = ("isremote", "remote", "workplacetype")
TEXT = (
    "contenthtml", "descriptionhtml", "jobdescription", "description", "content", "contents", "body",
    "descriptionplain", "jobad.sections", "abstract", "snippet", "summary", "excerpt", "jobexcerpt",
    "jobdescriptions", "qualificationsummary",
)  # fmt: skip
FURTHER_TEXT = ("lists", "requirements", "additional", "benefits")

AMOUNTS = (("minvalue", "min", "from", "baserate", "low"), ("maxvalue", "max", "to", "toprate", "high"))
PERIODS = ("unittext", "interval", "period", "frequency")
NAMES = ("name", "displayname", "label", "libelle", "nom", "title", "value", "text")
ADDRESS_PARTS = ("addressline1", "street", "city", "provinceorstate", "state", "region", "country", "countrycode")
